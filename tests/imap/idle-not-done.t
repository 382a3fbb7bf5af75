# only DONE ends IDLE; anything else is an error
login
open INBOX
C: a1 IDLE
S: + {{any}}
C: a2 NOOP
S: a1 BAD {{text}}
C: a3 NOOP
S: a3 OK {{text}}
C: a4 IDLE now
S: a4 BAD {{text}}
