# RFC 3501, 6.1.2: NOOP as the poll for new mail
login
messages INBOX 1
old INBOX
open INBOX
C: a002 NOOP
S: a002 OK {{text}}
messages INBOX 1
C: a047 NOOP
S*: * 2 EXISTS
S*: * 1 RECENT
S: a047 OK {{text}}
