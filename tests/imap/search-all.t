# RFC 3501, 6.4.4
login
messages INBOX 3
old INBOX
open INBOX
C: a1 SEARCH ALL
S: * SEARCH 1 2 3
S: a1 OK {{text}}
C: a2 UID SEARCH ALL
S: * SEARCH 1 2 3
S: a2 OK {{text}}
C: a3 SEARCH NOT ALL
S: * SEARCH
S: a3 OK {{text}}
C: a4 search all
S: * SEARCH 1 2 3
S: a4 OK {{text}}
