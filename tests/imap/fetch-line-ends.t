# a message with bare LF: its bytes and sizes are those that were stored
login
C: a1 APPEND INBOX {26+}
| Subject: x\x0aFrom: y\x0a\x0ahi\x0aho\x0a
S: a1 OK {{text}}
old INBOX
examine INBOX
C: a2 FETCH 1 (RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM)] BODY.PEEK[TEXT])
S: * 1 FETCH (RFC822.SIZE 26 BODY[HEADER.FIELDS (FROM)] {{any}}From: y\x0a{{any}} BODY[TEXT] {6}
| hi\x0aho\x0a)
S: a2 OK {{text}}
