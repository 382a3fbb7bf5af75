# users know nothing of each other
user anna secret
user ben other
messages INBOX 2
C: a1 LOGIN ben other
S: a1 OK {{text}}
C: a2 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 0)
S: a2 OK {{text}}
C2: b1 LOGIN anna secret
S2: b1 OK {{text}}
C2: b2 STATUS INBOX (MESSAGES)
S2: * STATUS {{astring:INBOX}} (MESSAGES 2)
S2: b2 OK {{text}}
open INBOX
C: a3 IDLE
S: + {{any}}
messages INBOX 1
C: DONE
S: a3 OK {{text}}
