# RFC 3501, 6.4.1
login
open INBOX
C: FXXZ CHECK
S: FXXZ OK {{text}}
messages INBOX 1
C: a2 CHECK
S*: * 1 EXISTS
S*: * 1 RECENT
S: a2 OK {{text}}
C: a3 CHECK it
S: a3 BAD {{text}}
