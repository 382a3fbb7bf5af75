# RFC 3501, 6.4.5: the items in one list
login
message INBOX date "17-Jul-1996 02:44:25 -0700" <<EOF
Subject: x

x
EOF
examine INBOX
C: A654 FETCH 1:1 (FLAGS BODY.PEEK[HEADER.FIELDS (DATE SUBJECT)])
S: * 1 FETCH (FLAGS (\Recent) BODY[HEADER.FIELDS (DATE SUBJECT)] {14}
| Subject: x
|
| )
S: A654 OK {{text}}
C: a2 fetch 1 (uid internaldate rfc822.size)
S: * 1 FETCH (UID 1 INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 17)
S: a2 OK {{text}}
C: a3 FETCH 1 body.peek[header.fields (subject)]
S: * 1 FETCH (BODY[HEADER.FIELDS (subject)] {14}
| Subject: x
|
| )
S: a3 OK {{text}}
