# RFC 3516: messages with NUL, appended as literal8, in one APPEND and in several; stored byte for byte
login
C: a1 APPEND INBOX (\Seen) ~{16+}
| Subject: x
|
| a\x00
S: a1 OK [APPENDUID {{uidvalidity}} 1] {{text}}
C: a2 APPEND INBOX ~{16}
S: + {{text}}
L: Subject: y
|
| \x00b "07-Feb-1994 22:43:04 -0800" ~{3}
S: + {{text}}
L: \x00\x00\x00 (\Flagged) {3+}
| abc
S: a2 OK [APPENDUID {{uidvalidity}} 2:4] {{text}}
old INBOX
examine INBOX
C: a3 FETCH 1:4 (RFC822.SIZE BINARY.PEEK[] BINARY.SIZE[])
S: * 1 FETCH (RFC822.SIZE 16 BINARY[] ~{16}
| Subject: x
|
| a\x00 BINARY.SIZE[] 16)
S: * 2 FETCH (RFC822.SIZE 16 BINARY[] ~{16}
| Subject: y
|
| \x00b BINARY.SIZE[] 16)
S: * 3 FETCH (RFC822.SIZE 3 BINARY[] ~{3}
| \x00\x00\x00 BINARY.SIZE[] 3)
S: * 4 FETCH (RFC822.SIZE 3 BINARY[] {3}
| abc BINARY.SIZE[] 3)
S: a3 OK {{text}}
C: a4 FETCH 2 (BINARY.PEEK[1] BODY.PEEK[TEXT])
S: * 2 FETCH (BINARY[1] ~{2}
| \x00b BODY[TEXT] {2}
| \x00b)
S: a4 OK {{text}}
# the tilde is for messages
C: a5 SELECT ~{5+}
| INBOX
S: a5 BAD {{text}}
C: a6 APPEND INBOX ~{3
S: a6 BAD {{text}}
C: a7 APPEND INBOX ~abc
S: a7 BAD {{text}}
C: a8 APPEND INBOX ~{0+}
|
S: a8 NO {{text}}
C: a9 APPEND nowhere ~{1+}
| x
S: a9 NO [TRYCREATE] {{text}}
