# RFC 2180, 4.1: a message that is gone and not yet told so
login
messages INBOX 3
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 2 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 EXPUNGE
S: * 2 EXPUNGE
S: a2 OK {{text}}
C2: b1 FETCH 2 (BODY.PEEK[TEXT])
S2: b1 NO [EXPUNGEISSUED] {{text}}
C2: b2 FETCH 1:3 (BODY.PEEK[TEXT])
S2: * 1 FETCH (BODY[TEXT] {20}
| This is message 1.
| )
S2: * 3 FETCH (BODY[TEXT] {20}
| This is message 3.
| )
S2: b2 NO [EXPUNGEISSUED] {{text}}
C2: b3 NOOP
S2: * 2 EXPUNGE
S2: b3 OK {{text}}
C2: b4 FETCH 2 (BODY.PEEK[TEXT])
S2: * 2 FETCH (BODY[TEXT] {20}
| This is message 3.
| )
S2: b4 OK {{text}}
