# RFC 3501, 7.4.1: EXPUNGE is not told during FETCH, STORE and SEARCH, but by NOOP
login
messages INBOX 4
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 2 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 EXPUNGE
S: * 2 EXPUNGE
S: a2 OK {{text}}
C2: b1 FETCH 3 (UID)
S2: * 3 FETCH (UID 3)
S2?: * 2 FETCH {{text}}
S2: b1 OK {{text}}
C2: b2 STORE 4 +FLAGS (\Flagged)
S2: * 4 FETCH (FLAGS (\Flagged))
S2: b2 OK {{text}}
C2: b3 SEARCH UID 3:4
S2: * SEARCH 3 4
S2: b3 OK {{text}}
C2: b4 NOOP
S2: * 2 EXPUNGE
S2: b4 OK {{text}}
C2: b5 FETCH 3 (UID FLAGS)
S2: * 3 FETCH (UID 4 FLAGS (\Flagged))
S2: b5 OK {{text}}
C: a3 NOOP
S: * 3 FETCH ({{any}}FLAGS (\Flagged){{any}})
S: a3 OK {{text}}
