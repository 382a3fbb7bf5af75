# another session deletes the selected mailbox: nothing is selected any more (RFC 9051, 7.1)
login
mailbox Work
messages Work 1
old Work
open Work
C2: b1 DELETE Work
S2: b1 OK {{text}}
C: a1 NOOP
S: * OK [CLOSED] {{text}}
S: a1 OK {{text}}
C: a2 FETCH 1 FLAGS
S: a2 BAD {{text}}
C: a3 SELECT Work
S: a3 NO [NONEXISTENT] {{text}}
