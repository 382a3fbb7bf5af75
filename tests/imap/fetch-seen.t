# RFC 3501, 6.4.5: BODY[] sets \Seen and says so, BODY.PEEK[] does not
login
messages INBOX 3
old INBOX
open INBOX
C: a1 FETCH 1 BODY.PEEK[TEXT]
S: * 1 FETCH (BODY[TEXT] {20}
| This is message 1.
| )
S: a1 OK {{text}}
C: a2 FETCH 1 FLAGS
S: * 1 FETCH (FLAGS ())
S: a2 OK {{text}}
C: a3 FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {20}
| This is message 1.
|  FLAGS (\Seen))
S: a3 OK {{text}}
C: a4 FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {20}
| This is message 1.
| )
S: a4 OK {{text}}
C: a5 FETCH 2 (FLAGS BODY[TEXT]<0.4>)
S: * 2 FETCH (FLAGS (\Seen) BODY[TEXT]<0> {4}
| This)
S: a5 OK {{text}}
C: a6 SEARCH UNSEEN
S: * SEARCH 3
S: a6 OK {{text}}
