# an item or a message that is named twice
login
messages INBOX 2
old INBOX
open INBOX
C: a1 FETCH 1,1,1:2,2:1 (UID)
S: * 1 FETCH (UID 1)
S: * 2 FETCH (UID 2)
S: a1 OK {{text}}
