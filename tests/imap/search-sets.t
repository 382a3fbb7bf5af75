# RFC 3501, 6.4.4: sequence sets and UID; "*" is the last message
login
messages INBOX 5
do SELECT INBOX
do STORE 2 +FLAGS (\Deleted)
do CLOSE
open INBOX
C: a1 SEARCH 2:3
S: * SEARCH 2 3
S: a1 OK {{text}}
C: a2 UID SEARCH 2:3
S: * SEARCH 3 4
S: a2 OK {{text}}
C: a3 SEARCH UID 1:3
S: * SEARCH 1 2
S: a3 OK {{text}}
C: a4 UID SEARCH UID 4:*
S: * SEARCH 4 5
S: a4 OK {{text}}
C: a5 SEARCH *
S: * SEARCH 4
S: a5 OK {{text}}
C: a6 SEARCH UID *
S: * SEARCH 4
S: a6 OK {{text}}
C: a7 SEARCH UID 99:*
S: * SEARCH 4
S: a7 OK {{text}}
C: a8 SEARCH UID 99
S: * SEARCH
S: a8 OK {{text}}
C: a9 SEARCH NOT 1,3
S: * SEARCH 2 4
S: a9 OK {{text}}
C: a10 SEARCH NOT UID 1,3
S: * SEARCH 3 4
S: a10 OK {{text}}
