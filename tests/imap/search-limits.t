# nesting and keys without end are refused, and the connection goes on
login
messages INBOX 1
open INBOX
C: a1 SEARCH {{repeat 1000 (}}ALL{{repeat 1000 )}}
S: a1 BAD {{text}}
C: a2 SEARCH {{repeat 1000 NOT }}ALL
S: a2 BAD {{text}}
C: a3 SEARCH {{repeat 2000 ALL }}ALL
S: a3 BAD {{text}}
C: a4 NOOP
S: a4 OK {{text}}
