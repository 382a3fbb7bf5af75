# RFC 3501, 7.4.1: UID commands may tell of EXPUNGE
login
messages INBOX 3
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 EXPUNGE
S: * 1 EXPUNGE
S: a2 OK {{text}}
C2: b1 UID SEARCH UID 2:3
S2: * SEARCH 2 3
S2: * 1 EXPUNGE
S2: b1 OK {{text}}
C2: b2 FETCH 1 (UID)
S2: * 1 FETCH (UID 2)
S2: b2 OK {{text}}
