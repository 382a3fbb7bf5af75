# CLOSE of a mailbox that is no more leaves it all the same
login
mailbox Old
open Old
C2: b1 DELETE Old
S2: b1 OK {{text}}
C: a1 CLOSE
S: a1 OK {{text}}
C: a2 CLOSE
S: a2 BAD {{text}}
