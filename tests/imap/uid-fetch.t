# RFC 3501, 6.4.8: UID is told even if it was not asked for
login
messages INBOX 3
do SELECT INBOX
do STORE 2 +FLAGS (\Deleted)
do CLOSE
open INBOX
C: A999 UID FETCH 1:9 FLAGS
S: * 1 FETCH ({{set:UID~1 FLAGS~()}})
S: * 2 FETCH ({{set:UID~3 FLAGS~()}})
S: A999 OK {{text}}
C: a2 UID FETCH 3 (FLAGS UID)
S: * 2 FETCH ({{set:UID~3 FLAGS~()}})
S: a2 OK {{text}}
C: a3 UID FETCH 3 BODY[TEXT]
S: * 2 FETCH ({{opt:UID 3 }}BODY[TEXT] {20}
| This is message 3.
|  {{set:FLAGS~(\Seen)}}{{opt: UID 3}})
S: a3 OK {{text}}
