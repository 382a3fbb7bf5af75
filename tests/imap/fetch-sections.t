# RFC 3501, 6.4.5: the part specifiers of its example
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
C: a1 FETCH 1 BODY.PEEK[HEADER]
S: * 1 FETCH (BODY[HEADER] {101}
| From: a@example.org
| Subject: outer
| MIME-Version: 1.0
| Content-Type: multipart/mixed; boundary=o
|
| )
S: a1 OK {{text}}
C: a2 FETCH 1 BODY.PEEK[TEXT]
S: * 1 FETCH (BODY[TEXT] {799}
| --o
| Content-Type: text/plain
|
| part 1
| --o
| Content-Type: application/octet-stream
| Content-Transfer-Encoding: base64
|
| AAEC
| --o
| Content-Type: message/rfc822
|
| From: b@example.org
| Subject: inner three
| MIME-Version: 1.0
| Content-Type: multipart/mixed; boundary=t
|
| --t
|
| part 3.1
| --t
| Content-Type: application/octet-stream
|
| part 3.2
| --t--
| --o
| Content-Type: multipart/mixed; boundary=f
|
| --f
| Content-Type: image/gif
| Content-ID: <gif@example.org>
|
| GIF89a
| --f
| Content-Type: message/rfc822
|
| From: c@example.org
| Subject: inner four
| Content-Type: multipart/mixed; boundary=u
|
| --u
|
| part 4.2.1
| --u
| Content-Type: multipart/alternative; boundary=v
|
| --v
| Content-Type: text/plain
|
| part 4.2.2.1
| --v
| Content-Type: text/richtext
|
| part 4.2.2.2
| --v--
| --u--
| --f--
| --o--
| )
S: a2 OK {{text}}
C: a3 FETCH 1 BODY.PEEK[1]
S: * 1 FETCH (BODY[1] {6}
| part 1)
S: a3 OK {{text}}
C: a4 FETCH 1 BODY.PEEK[1.MIME]
S: * 1 FETCH (BODY[1.MIME] {28}
| Content-Type: text/plain
|
| )
S: a4 OK {{text}}
C: a5 FETCH 1 BODY.PEEK[2]
S: * 1 FETCH (BODY[2] {4}
| AAEC)
S: a5 OK {{text}}
C: a6 FETCH 1 BODY.PEEK[3]
S: * 1 FETCH (BODY[3] {186}
| From: b@example.org
| Subject: inner three
| MIME-Version: 1.0
| Content-Type: multipart/mixed; boundary=t
|
| --t
|
| part 3.1
| --t
| Content-Type: application/octet-stream
|
| part 3.2
| --t--)
S: a6 OK {{text}}
C: a7 FETCH 1 BODY.PEEK[3.HEADER]
S: * 1 FETCH (BODY[3.HEADER] {107}
| From: b@example.org
| Subject: inner three
| MIME-Version: 1.0
| Content-Type: multipart/mixed; boundary=t
|
| )
S: a7 OK {{text}}
C: a8 FETCH 1 BODY.PEEK[3.TEXT]
S: * 1 FETCH (BODY[3.TEXT] {79}
| --t
|
| part 3.1
| --t
| Content-Type: application/octet-stream
|
| part 3.2
| --t--)
S: a8 OK {{text}}
C: a9 FETCH 1 BODY.PEEK[3.1]
S: * 1 FETCH (BODY[3.1] {8}
| part 3.1)
S: a9 OK {{text}}
C: a10 FETCH 1 BODY.PEEK[3.2]
S: * 1 FETCH (BODY[3.2] {8}
| part 3.2)
S: a10 OK {{text}}
C: a11 FETCH 1 BODY.PEEK[3.MIME]
S: * 1 FETCH (BODY[3.MIME] {32}
| Content-Type: message/rfc822
|
| )
S: a11 OK {{text}}
C: a12 FETCH 1 BODY.PEEK[4]
S: * 1 FETCH (BODY[4] {386}
| --f
| Content-Type: image/gif
| Content-ID: <gif@example.org>
|
| GIF89a
| --f
| Content-Type: message/rfc822
|
| From: c@example.org
| Subject: inner four
| Content-Type: multipart/mixed; boundary=u
|
| --u
|
| part 4.2.1
| --u
| Content-Type: multipart/alternative; boundary=v
|
| --v
| Content-Type: text/plain
|
| part 4.2.2.1
| --v
| Content-Type: text/richtext
|
| part 4.2.2.2
| --v--
| --u--
| --f--)
S: a12 OK {{text}}
C: a13 FETCH 1 BODY.PEEK[4.1]
S: * 1 FETCH (BODY[4.1] {6}
| GIF89a)
S: a13 OK {{text}}
C: a14 FETCH 1 BODY.PEEK[4.1.MIME]
S: * 1 FETCH (BODY[4.1.MIME] {58}
| Content-Type: image/gif
| Content-ID: <gif@example.org>
|
| )
S: a14 OK {{text}}
C: a15 FETCH 1 BODY.PEEK[4.2]
S: * 1 FETCH (BODY[4.2] {271}
| From: c@example.org
| Subject: inner four
| Content-Type: multipart/mixed; boundary=u
|
| --u
|
| part 4.2.1
| --u
| Content-Type: multipart/alternative; boundary=v
|
| --v
| Content-Type: text/plain
|
| part 4.2.2.1
| --v
| Content-Type: text/richtext
|
| part 4.2.2.2
| --v--
| --u--)
S: a15 OK {{text}}
C: a16 FETCH 1 BODY.PEEK[4.2.HEADER]
S: * 1 FETCH (BODY[4.2.HEADER] {87}
| From: c@example.org
| Subject: inner four
| Content-Type: multipart/mixed; boundary=u
|
| )
S: a16 OK {{text}}
C: a17 FETCH 1 BODY.PEEK[4.2.TEXT]
S: * 1 FETCH (BODY[4.2.TEXT] {184}
| --u
|
| part 4.2.1
| --u
| Content-Type: multipart/alternative; boundary=v
|
| --v
| Content-Type: text/plain
|
| part 4.2.2.1
| --v
| Content-Type: text/richtext
|
| part 4.2.2.2
| --v--
| --u--)
S: a17 OK {{text}}
C: a18 FETCH 1 BODY.PEEK[4.2.1]
S: * 1 FETCH (BODY[4.2.1] {10}
| part 4.2.1)
S: a18 OK {{text}}
C: a19 FETCH 1 BODY.PEEK[4.2.2]
S: * 1 FETCH (BODY[4.2.2] {102}
| --v
| Content-Type: text/plain
|
| part 4.2.2.1
| --v
| Content-Type: text/richtext
|
| part 4.2.2.2
| --v--)
S: a19 OK {{text}}
C: a20 FETCH 1 BODY.PEEK[4.2.2.1]
S: * 1 FETCH (BODY[4.2.2.1] {12}
| part 4.2.2.1)
S: a20 OK {{text}}
C: a21 FETCH 1 BODY.PEEK[4.2.2.2]
S: * 1 FETCH (BODY[4.2.2.2] {12}
| part 4.2.2.2)
S: a21 OK {{text}}
C: a22 FETCH 1 BODY.PEEK[4.2.2.2.MIME]
S: * 1 FETCH (BODY[4.2.2.2.MIME] {31}
| Content-Type: text/richtext
|
| )
S: a22 OK {{text}}
C: a23 FETCH 1 BODY.PEEK[3.HEADER.FIELDS (SUBJECT)]
S: * 1 FETCH (BODY[3.HEADER.FIELDS (SUBJECT)] {24}
| Subject: inner three
|
| )
S: a23 OK {{text}}
C: a24 FETCH 1 BODY.PEEK[4.2.HEADER.FIELDS.NOT (FROM CONTENT-TYPE)]
S: * 1 FETCH (BODY[4.2.HEADER.FIELDS.NOT (FROM CONTENT-TYPE)] {23}
| Subject: inner four
|
| )
S: a24 OK {{text}}
