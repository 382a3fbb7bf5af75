# RFC 3501, 6.4.4: larger than, smaller than
login
C: a1 APPEND INBOX {10+}
| Subject: x
S: a1 OK {{text}}
C: a2 APPEND INBOX {20+}
| Subject: xxxxxxxxxxx
S: a2 OK {{text}}
old INBOX
open INBOX
C: a3 SEARCH LARGER 10
S: * SEARCH 2
S: a3 OK {{text}}
C: a4 SEARCH SMALLER 20
S: * SEARCH 1
S: a4 OK {{text}}
C: a5 SEARCH SMALLER 10
S: * SEARCH
S: a5 OK {{text}}
C: a6 SEARCH LARGER 4294967295
S: * SEARCH
S: a6 OK {{text}}
C: a7 SEARCH LARGER x
S: a7 BAD {{text}}
