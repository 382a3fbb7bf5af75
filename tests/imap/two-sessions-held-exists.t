# an EXISTS that follows an EXPUNGE that may not be told yet is held with it
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
messages INBOX 2
C2: b1 FETCH 3 (UID)
S2: * 3 FETCH (UID 3)
S2?: * 1 FETCH {{text}}
S2: b1 OK {{text}}
C2: b2 FETCH 4 (UID)
S2: b2 BAD {{text}}
# "*" is the last message of the client's own view
C2: b3 FETCH * (UID)
S2: * 3 FETCH (UID 3)
S2: b3 OK {{text}}
C2: b4 SEARCH ALL
S2: * SEARCH {{any}}2 3
S2: b4 OK {{text}}
C2: b5 NOOP
S2: * 1 EXPUNGE
S2: * 4 EXISTS
S2: * {{number}} RECENT
S2: b5 OK {{text}}
C2: b6 FETCH * (UID)
S2: * 4 FETCH (UID 5)
S2: b6 OK {{text}}
