# a session in INBOX sees its messages leave
login
messages INBOX 2
old INBOX
open INBOX
C2: b1 RENAME INBOX archive
S2: b1 OK {{text}}
C: a1 NOOP
S: * {{number}} EXPUNGE
S: * 1 EXPUNGE
S: a1 OK {{text}}
messages INBOX 1
C: a2 NOOP
S*: * 1 EXISTS
S*: * 1 RECENT
S: a2 OK {{text}}
