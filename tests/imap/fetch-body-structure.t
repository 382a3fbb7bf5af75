# RFC 3501, 7.4.2: nested parts, with and without extension data
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
C: a1 FETCH 1 BODY
S: * 1 FETCH (BODY (("text" "plain" NIL NIL NIL "7bit" 6 1)("application" "octet-stream" NIL NIL NIL "base64" 4)("message" "rfc822" NIL NIL NIL "7bit" 186 (NIL "inner three" ((NIL NIL "b" "example.org")) ((NIL NIL "b" "example.org")) ((NIL NIL "b" "example.org")) NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 8 1)("application" "octet-stream" NIL NIL NIL "7bit" 8) "mixed") 13)(("image" "gif" NIL "<gif@example.org>" NIL "7bit" 6)("message" "rfc822" NIL NIL NIL "7bit" 271 (NIL "inner four" ((NIL NIL "c" "example.org")) ((NIL NIL "c" "example.org")) ((NIL NIL "c" "example.org")) NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 1)(("text" "plain" NIL NIL NIL "7bit" 12 1)("text" "richtext" NIL NIL NIL "7bit" 12 1) "alternative") "mixed") 20) "mixed") "mixed"))
S: a1 OK {{text}}
C: a2 FETCH 1 BODYSTRUCTURE
S: * 1 FETCH (BODYSTRUCTURE (("text" "plain" NIL NIL NIL "7bit" 6 1 NIL NIL NIL NIL)("application" "octet-stream" NIL NIL NIL "base64" 4 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" 186 (NIL "inner three" ((NIL NIL "b" "example.org")) ((NIL NIL "b" "example.org")) ((NIL NIL "b" "example.org")) NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 8 1 NIL NIL NIL NIL)("application" "octet-stream" NIL NIL NIL "7bit" 8 NIL NIL NIL NIL) "mixed" ("boundary" "t") NIL NIL NIL) 13 NIL NIL NIL NIL)(("image" "gif" NIL "<gif@example.org>" NIL "7bit" 6 NIL NIL NIL NIL)("message" "rfc822" NIL NIL NIL "7bit" 271 (NIL "inner four" ((NIL NIL "c" "example.org")) ((NIL NIL "c" "example.org")) ((NIL NIL "c" "example.org")) NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 1 NIL NIL NIL NIL)(("text" "plain" NIL NIL NIL "7bit" 12 1 NIL NIL NIL NIL)("text" "richtext" NIL NIL NIL "7bit" 12 1 NIL NIL NIL NIL) "alternative" ("boundary" "v") NIL NIL NIL) "mixed" ("boundary" "u") NIL NIL NIL) 20 NIL NIL NIL NIL) "mixed" ("boundary" "f") NIL NIL NIL) "mixed" ("boundary" "o") NIL NIL NIL))
S: a2 OK {{text}}
