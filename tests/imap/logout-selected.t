# LOGOUT does not expunge
login
messages INBOX 2
old INBOX
open INBOX
C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 LOGOUT
S: * BYE {{text}}
S: a2 OK {{text}}
closed
C2: b1 STATUS INBOX (MESSAGES)
S2: * STATUS {{astring:INBOX}} (MESSAGES 2)
S2: b1 OK {{text}}
