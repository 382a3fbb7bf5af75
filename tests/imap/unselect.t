# RFC 3691, 2: as CLOSE, but nothing is expunged
login
messages INBOX 2
old INBOX
open INBOX
C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: A342 UNSELECT
S: A342 OK {{text}}
C: a2 UNSELECT
S: a2 BAD {{text}}
C: a3 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 2)
S: a3 OK {{text}}
