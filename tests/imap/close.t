# RFC 3501, 6.4.2: what is \Deleted goes, without EXPUNGE responses
login
messages INBOX 3
old INBOX
open INBOX
C: a1 STORE 1,3 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: A341 CLOSE
S: A341 OK {{text}}
C: a2 FETCH 1 FLAGS
S: a2 BAD {{text}}
C: a3 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 1)
S: a3 OK {{text}}
