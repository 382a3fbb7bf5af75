# a message without final line end, without header, and one of a header only
login
C: a1 APPEND INBOX {11+}
| Subject: ab
S: a1 OK {{text}}
C: a2 APPEND INBOX {13+}
| Subject: ab
|
S: a2 OK {{text}}
C: a3 APPEND INBOX {7+}
| \x0d\x0ahello
S: a3 OK {{text}}
old INBOX
examine INBOX
C: a4 FETCH 1:3 BODY.PEEK[]
S: * 1 FETCH (BODY[] {11}
| Subject: ab)
S: * 2 FETCH (BODY[] {13}
| Subject: ab
| )
S: * 3 FETCH (BODY[] {7}
|
| hello)
S: a4 OK {{text}}
C: a5 FETCH 1:3 BODY.PEEK[TEXT]
S: * 1 FETCH (BODY[TEXT] {0}
| )
S: * 2 FETCH (BODY[TEXT] {0}
| )
S: * 3 FETCH (BODY[TEXT] {5}
| hello)
S: a5 OK {{text}}
