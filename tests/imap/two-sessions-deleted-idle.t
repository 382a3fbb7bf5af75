# a session that idles in a mailbox that is deleted is told at once
login
mailbox Work
open Work
C: a1 IDLE
S: + {{any}}
C2: b1 DELETE Work
S2: b1 OK {{text}}
S: * OK [CLOSED] {{text}}
C: DONE
S: a1 OK {{text}}
C: a2 FETCH 1 FLAGS
S: a2 BAD {{text}}
