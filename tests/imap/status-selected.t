# of the selected mailbox: allowed, if not wise (RFC 3501, 6.3.10)
login
messages INBOX 2
open INBOX
C: a1 STATUS INBOX (MESSAGES UNSEEN)
S: * STATUS {{astring:INBOX}} ({{set:MESSAGES~2 UNSEEN~2}})
S: a1 OK {{text}}
