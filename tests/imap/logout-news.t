# Nothing is told after BYE
login
messages INBOX 2
old INBOX
open INBOX
open2 INBOX
C2: b1 STORE 1 +FLAGS.SILENT (\Deleted)
S2: b1 OK {{text}}
C2: b2 EXPUNGE
S2: * 1 EXPUNGE
S2: b2 OK {{text}}
messages INBOX 1
C: a1 LOGOUT
S: * BYE {{text}}
S: a1 OK {{text}}
closed
