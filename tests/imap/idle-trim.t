# a connection that gave back its memory goes on as before
login
messages INBOX 1
old INBOX
open INBOX
trim
C: a1 IDLE
S: + {{any}}
trim
messages INBOX 1
S: * 2 EXISTS
S: * {{number}} RECENT
C: DONE
S: a1 OK {{text}}
trim
C: a2 FETCH 2 (UID)
S: * 2 FETCH (UID 2)
S: a2 OK {{text}}
