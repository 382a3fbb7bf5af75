# \Seen set by reading is told to the other session
login
messages INBOX 1
old INBOX
open INBOX
open2 INBOX
C: a1 FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {20}
| This is message 1.
|  FLAGS (\Seen))
S: a1 OK {{text}}
C2: b1 NOOP
S2: * 1 FETCH ({{any}}FLAGS (\Seen){{any}})
S2: b1 OK {{text}}
