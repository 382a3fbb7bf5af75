# RFC 3501, 6.4.4: NEW, OLD and RECENT
login
messages INBOX 2
old INBOX
messages INBOX 2
open INBOX
C: a1 SEARCH RECENT
S: * SEARCH 3 4
S: a1 OK {{text}}
C: a2 SEARCH OLD
S: * SEARCH 1 2
S: a2 OK {{text}}
C: a3 STORE 3 +FLAGS.SILENT (\Seen)
S: a3 OK {{text}}
C: a4 SEARCH NEW
S: * SEARCH 4
S: a4 OK {{text}}
C: a5 SEARCH NOT RECENT UNSEEN
S: * SEARCH 1 2
S: a5 OK {{text}}
C: a6 SEARCH OR RECENT 1
S: * SEARCH 1 3 4
S: a6 OK {{text}}
