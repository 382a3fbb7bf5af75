# RFC 3501, 2.3.2: one session only is told that a message is recent
login
messages INBOX 1
open INBOX
open2 INBOX
C: a1 SEARCH RECENT
S: * SEARCH 1
S: a1 OK {{text}}
C2: b1 SEARCH RECENT
S2: * SEARCH
S2: b1 OK {{text}}
