# a decoded part that is larger than the output that is held
login
limit output 500
limit spool-memory 1000
C: a1 APPEND INBOX {26701+}
| Content-Transfer-Encoding: base64
|
| {{repeat 1111 AAECYWJjZGVmZ2hpamtsbQ==}}
S: a1 OK {{text}}
old INBOX
examine INBOX
C: a2 FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1]<17770.10>)
S: * 1 FETCH (BINARY.SIZE[1] 17776 BINARY[1]<17770> {6}
| hijklm)
S: a2 OK {{text}}
C: a3 FETCH 1 (BINARY.PEEK[1])
S: * 1 FETCH (BINARY[1] ~{17776}
| {{text}}
S: a3 OK {{text}}
