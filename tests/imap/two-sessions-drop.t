# a session that vanishes in the middle of a command leaves nothing behind
login
messages INBOX 1
old INBOX
open INBOX
open2 INBOX
C~: a1 APPEND INBOX {100+}\x0d\x0aSubject:
drop
C2: b1 STATUS INBOX (MESSAGES)
S2: * STATUS {{astring:INBOX}} (MESSAGES 1)
S2: b1 OK {{text}}
messages INBOX 1
C2: b2 NOOP
S2: * 2 EXISTS
S2: * {{number}} RECENT
S2: b2 OK {{text}}
