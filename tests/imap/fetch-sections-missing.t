# RFC 3501, 6.4.5: parts that are not there are NIL
login
message INBOX <<EOF
From: a@example.org
Subject: outer
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: text/plain

part 1
--o
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64

AAEC
--o
Content-Type: message/rfc822

From: b@example.org
Subject: inner three
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=t

--t

part 3.1
--t
Content-Type: application/octet-stream

part 3.2
--t--
--o
Content-Type: multipart/mixed; boundary=f

--f
Content-Type: image/gif
Content-ID: <gif@example.org>

GIF89a
--f
Content-Type: message/rfc822

From: c@example.org
Subject: inner four
Content-Type: multipart/mixed; boundary=u

--u

part 4.2.1
--u
Content-Type: multipart/alternative; boundary=v

--v
Content-Type: text/plain

part 4.2.2.1
--v
Content-Type: text/richtext

part 4.2.2.2
--v--
--u--
--f--
--o--
EOF
examine INBOX
C: b1 FETCH 1 BODY.PEEK[5]
S: * 1 FETCH (BODY[5] NIL)
S: b1 OK {{text}}
C: b2 FETCH 1 BODY.PEEK[1.1]
S: * 1 FETCH (BODY[1.1] NIL)
S: b2 OK {{text}}
C: b3 FETCH 1 BODY.PEEK[1.HEADER]
S: * 1 FETCH (BODY[1.HEADER] NIL)
S: b3 OK {{text}}
C: b4 FETCH 1 BODY.PEEK[3.3]
S: * 1 FETCH (BODY[3.3] NIL)
S: b4 OK {{text}}
C: b5 FETCH 1 BODY.PEEK[4.2.2.3]
S: * 1 FETCH (BODY[4.2.2.3] NIL)
S: b5 OK {{text}}
C: b6 FETCH 1 BODY.PEEK[4.2.1.1]
S: * 1 FETCH (BODY[4.2.1.1] NIL)
S: b6 OK {{text}}
C: b7 FETCH 1 BODY.PEEK[2.1.1.1.1]
S: * 1 FETCH (BODY[2.1.1.1.1] NIL)
S: b7 OK {{text}}
C: b8 FETCH 1 BODY.PEEK[1.TEXT]
S: * 1 FETCH (BODY[1.TEXT] NIL)
S: b8 OK {{text}}
C: b9 FETCH 1 BODY.PEEK[4.HEADER]
S: * 1 FETCH (BODY[4.HEADER] NIL)
S: b9 OK {{text}}
C: b20 FETCH 1 BODY.PEEK[1.1.MIME]
S: * 1 FETCH (BODY[1.1.MIME] NIL)
S: b20 OK {{text}}
