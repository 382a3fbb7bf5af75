# an item that is asked for twice is told once, a section as often as it is asked for
login
messages INBOX 1
old INBOX
examine INBOX
C: a1 FETCH 1 (FLAGS UID FLAGS RFC822.SIZE UID RFC822.SIZE)
S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE {{number}})
S: a1 OK {{text}}
C: a2 FETCH 1 (BODY BODY BODY[1]<0.1> BODY[1]<0.1>)
S: * 1 FETCH (BODY ({{any}}) BODY[1]<0> {1}
| {{any}} BODY[1]<0> {1}
| {{any}})
S: a2 OK {{text}}
