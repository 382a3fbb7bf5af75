# SELECT while a mailbox is selected expunges nothing (RFC 3501, 6.4.2)
login
messages INBOX 2
mailbox Work
old INBOX
open INBOX
C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
open Work
C: a2 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 2)
S: a2 OK {{text}}
