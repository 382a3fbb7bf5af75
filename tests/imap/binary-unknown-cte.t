# RFC 3516: a part whose encoding is not known is left out, and the command fails
login
message INBOX <<EOF
Subject: a
Content-Transfer-Encoding: base64

aGk=
EOF
message INBOX <<EOF
Subject: b
Content-Transfer-Encoding: x-secret

ab12
EOF
old INBOX
examine INBOX
C: a1 FETCH 1:2 BINARY.PEEK[1]
S: * 1 FETCH (BINARY[1] {2}
| hi)
S: a1 NO [UNKNOWN-CTE] {{text}}
C: a2 FETCH 1:2 (BINARY.SIZE[1] RFC822.SIZE)
S: * 1 FETCH (BINARY.SIZE[1] 2 RFC822.SIZE {{number}})
S: * 2 FETCH (RFC822.SIZE {{number}})
S: a2 NO [UNKNOWN-CTE] {{text}}
C: a3 UID FETCH 2 (BINARY.PEEK[1])
S: * 2 FETCH (UID 2)
S: a3 NO [UNKNOWN-CTE] {{text}}
C: a4 FETCH 2 (BODY.PEEK[1] BINARY.PEEK[]<0.10>)
S: * 2 FETCH (BODY[1] {6}
| ab12
|  BINARY[]<0> {10}
| Subject: b)
S: a4 OK {{text}}
