# \Recent belongs to the session; STORE leaves it alone
login
messages INBOX 1
open INBOX
C: a1 STORE 1 FLAGS (\Seen)
S: * 1 FETCH (FLAGS ({{set:\Seen \Recent}}))
S: a1 OK {{text}}
C: a2 STORE 1 FLAGS ()
S: * 1 FETCH (FLAGS (\Recent))
S: a2 OK {{text}}
