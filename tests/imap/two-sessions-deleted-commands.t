# before it is told, commands on the mailbox that is gone fail and nothing else happens
login
mailbox Work
messages Work 2
old Work
open Work
C2: b1 DELETE Work
S2: b1 OK {{text}}
C: a1 STORE 1 +FLAGS (\Deleted)
S: a1 NO {{text}}
C: a2 COPY 1 INBOX
S?: * OK [CLOSED] {{text}}
S: a2 {{text}}
C: a3 NOOP
S?: * OK [CLOSED] {{text}}
S: a3 OK {{text}}
C: a4 FETCH 1 FLAGS
S: a4 BAD {{text}}
