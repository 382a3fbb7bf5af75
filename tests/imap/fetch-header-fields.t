# RFC 3501, 6.4.5: HEADER.FIELDS and HEADER.FIELDS.NOT, in the message's order, in any case
login
message INBOX <<EOF
Received: from a
 by b
Subject: hello
From: ben@example.org
received: from c
To: anna@example.org

x
EOF
examine INBOX
C: a1 FETCH 1 BODY.PEEK[HEADER.FIELDS (From RECEIVED)]
S: * 1 FETCH (BODY[HEADER.FIELDS (From RECEIVED)] {68}
| Received: from a
|  by b
| From: ben@example.org
| received: from c
|
| )
S: a1 OK {{text}}
C: a2 FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT ("received" to)]
S: * 1 FETCH (BODY[HEADER.FIELDS.NOT ({{text}})] {41}
| Subject: hello
| From: ben@example.org
|
| )
S: a2 OK {{text}}
C: a3 FETCH 1 BODY.PEEK[HEADER.FIELDS (X-Nothing)]
S: * 1 FETCH (BODY[HEADER.FIELDS (X-Nothing)] {2}
|
| )
S: a3 OK {{text}}
C: a4 FETCH 1 BODY.PEEK[HEADER.FIELDS (SUBJECT)]<0.10>
S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)]<0> {10}
| Subject: h)
S: a4 OK {{text}}
C: a5 FETCH 1 BODY.PEEK[HEADER.FIELDS ()]
S: a5 BAD {{text}}
C: a6 FETCH 1 BODY.PEEK[HEADER.FIELDS ({7+}
| Subject)]
S: * 1 FETCH (BODY[HEADER.FIELDS (Subject)] {18}
| Subject: hello
|
| )
S: a6 OK {{text}}
