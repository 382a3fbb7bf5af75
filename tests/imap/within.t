# RFC 5032: OLDER and YOUNGER than some seconds
login
message INBOX date "17-Jul-1996 02:44:25 -0700" <<EOF
Subject: old

old
EOF
messages INBOX 1
old INBOX
C: a0 APPEND INBOX {10}
S: + {{text}}
L: Subject: x
S: a0 OK {{text}}
open INBOX
C: a1 SEARCH OLDER 259200
S: * SEARCH {{any}}
S: a1 OK {{text}}
C: a2 SEARCH YOUNGER 259200 3
S: * SEARCH 3
S: a2 OK {{text}}
C: a3 SEARCH OLDER 1 1
S: * SEARCH 1
S: a3 OK {{text}}
C: a4 SEARCH YOUNGER 4294967295
S: * SEARCH 1 2 3
S: a4 OK {{text}}
C: a5 SEARCH OLDER 4294967295
S: * SEARCH
S: a5 OK {{text}}
C: a6 SEARCH OLDER 0
S: a6 BAD {{text}}
C: a7 SEARCH YOUNGER -1
S: a7 BAD {{text}}
C: a8 SEARCH NOT YOUNGER 259200 1
S: * SEARCH 1
S: a8 OK {{text}}
