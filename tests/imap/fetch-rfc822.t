# RFC 3501, 6.4.5: RFC822, RFC822.HEADER and RFC822.TEXT; the header does not set \Seen
login
message INBOX <<EOF
Subject: x

hello
EOF
old INBOX
open INBOX
C: a1 FETCH 1 RFC822.HEADER
S: * 1 FETCH (RFC822.HEADER {14}
| Subject: x
|
| )
S: a1 OK {{text}}
C: a2 FETCH 1 (FLAGS RFC822.SIZE)
S: * 1 FETCH (FLAGS () RFC822.SIZE 21)
S: a2 OK {{text}}
C: a3 FETCH 1 RFC822.TEXT
S: * 1 FETCH (RFC822.TEXT {7}
| hello
|  FLAGS (\Seen))
S: a3 OK {{text}}
C: a4 FETCH 1 RFC822
S: * 1 FETCH (RFC822 {21}
| Subject: x
|
| hello
| )
S: a4 OK {{text}}
