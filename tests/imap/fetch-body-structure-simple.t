# RFC 3501, 7.4.2: what a message without MIME fields is, and one with all of them
login
message INBOX <<EOF
Subject: plain

one
two
EOF
message INBOX <<EOF
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8; format="a b"
Content-Transfer-Encoding: quoted-printable
Content-ID: <id@example.org>
Content-Description: a description
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
Content-Disposition: attachment; filename="x.html"
Content-Language: en, de
Content-Location: http://example.org/x

<p>
EOF
examine INBOX
C: a1 FETCH 1 BODYSTRUCTURE
S: * 1 FETCH (BODYSTRUCTURE ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 2 NIL NIL NIL NIL))
S: a1 OK {{text}}
C: a2 FETCH 2 BODYSTRUCTURE
S: * 2 FETCH (BODYSTRUCTURE ("text" "html" ("charset" "utf-8" "format" "a b") "<id@example.org>" "a description" "quoted-printable" 5 1 "Q2hlY2sgSW50ZWdyaXR5IQ==" ("attachment" ("filename" "x.html")) ("en" "de") "http://example.org/x"))
S: a2 OK {{text}}
C: a3 FETCH 2 BODY
S: * 2 FETCH (BODY ("text" "html" ("charset" "utf-8" "format" "a b") "<id@example.org>" "a description" "quoted-printable" 5 1))
S: a3 OK {{text}}
