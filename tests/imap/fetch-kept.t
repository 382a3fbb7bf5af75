# what was told once is told the same again, to every session, beside messages that were not asked about yet
login
message INBOX <<EOF
From: one@example.org
Subject: one

x
EOF
message INBOX <<EOF
From: two@example.org
Subject: two

x
EOF
message INBOX <<EOF
From: three@example.org
Subject: three

x
EOF
old INBOX
open INBOX
C: a1 FETCH 2 (BODY.PEEK[HEADER.FIELDS (Subject)] ENVELOPE)
S: * 2 FETCH (BODY[HEADER.FIELDS (Subject)] {16}
| Subject: two
|
|  ENVELOPE (NIL "two" ((NIL NIL "two" "example.org")) {{any}}))
S: a1 OK {{text}}
C: a2 FETCH 1:3 (BODY.PEEK[HEADER.FIELDS (Subject)] FLAGS)
S: * 1 FETCH (BODY[HEADER.FIELDS (Subject)] {16}
| Subject: one
|
|  FLAGS ())
S: * 2 FETCH (BODY[HEADER.FIELDS (Subject)] {16}
| Subject: two
|
|  FLAGS ())
S: * 3 FETCH (BODY[HEADER.FIELDS (Subject)] {18}
| Subject: three
|
|  FLAGS ())
S: a2 OK {{text}}
# marked as seen though the header need not be read again
C: a3 FETCH 2:3 BODY[HEADER.FIELDS (Subject)]
S: * 2 FETCH (BODY[HEADER.FIELDS (Subject)] {16}
| Subject: two
|
|  FLAGS (\Seen))
S: * 3 FETCH (BODY[HEADER.FIELDS (Subject)] {18}
| Subject: three
|
|  FLAGS (\Seen))
S: a3 OK {{text}}
# other fields, other answers; a part of one, and the whole message
C: a4 FETCH 2 BODY.PEEK[HEADER.FIELDS (From)]
S: * 2 FETCH (BODY[HEADER.FIELDS (From)] {25}
| From: two@example.org
|
| )
S: a4 OK {{text}}
C: a5 FETCH 3 (BODY.PEEK[HEADER.FIELDS (Subject)]<0.4> BODY.PEEK[TEXT])
S: * 3 FETCH (BODY[HEADER.FIELDS (Subject)]<0> {4}
| Subj BODY[TEXT] {3}
| x
| )
S: a5 OK {{text}}
