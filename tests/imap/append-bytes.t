# a message is stored byte for byte: bare LF and CR, 8-bit, no end of line
login
C: a1 APPEND INBOX {18+}
| Subject: x\x0a\x0a\x0d\xff\xfeend
S: a1 OK [APPENDUID {{uidvalidity}} 1] {{text}}
old INBOX
examine INBOX
C: a2 FETCH 1 (RFC822.SIZE BODY[])
S: * 1 FETCH (RFC822.SIZE 18 BODY[] {18}
| Subject: x\x0a\x0a\x0d\xff\xfeend)
S: a2 OK {{text}}
