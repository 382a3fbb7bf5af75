# RFC 3501, 6.4.4: BODY and TEXT, through transfer encodings and nested parts
login
message INBOX <<EOF
Subject: needle in header

hay
EOF
message INBOX <<EOF
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Transfer-Encoding: base64

YSBuZWVkbGUgaW4gdGhlIGhheQ==
--b
Content-Type: message/rfc822

Subject: nested

a thread
--b--
EOF
old INBOX
open INBOX
C: a1 SEARCH BODY needle
S: * SEARCH 2
S: a1 OK {{text}}
C: a2 SEARCH TEXT needle
S: * SEARCH 1 2
S: a2 OK {{text}}
C: a3 SEARCH BODY THREAD
S: * SEARCH 2
S: a3 OK {{text}}
C: a4 SEARCH BODY "hay"
S: * SEARCH 1 2
S: a4 OK {{text}}
C: a5 SEARCH NOT BODY hay
S: * SEARCH
S: a5 OK {{text}}
C: a6 SEARCH TEXT ""
S: * SEARCH 1 2
S: a6 OK {{text}}
