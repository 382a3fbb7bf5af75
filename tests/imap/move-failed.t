login
messages INBOX 2
old INBOX
open INBOX
C: a1 MOVE 1 nowhere
S: a1 NO [TRYCREATE] {{text}}
C: a2 MOVE 9 INBOX
S: a2 BAD {{text}}
C: a3 UID MOVE 99 INBOX
S: a3 OK {{text}}
C: a4 MOVE 1
S: a4 BAD {{text}}
C: a5 SEARCH ALL
S: * SEARCH 1 2
S: a5 OK {{text}}
