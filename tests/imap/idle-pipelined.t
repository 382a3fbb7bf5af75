# DONE may follow at once
login
open INBOX
C: a1 IDLE
| DONE
| a2 NOOP
S: + {{any}}
S: a1 OK {{text}}
S: a2 OK {{text}}
