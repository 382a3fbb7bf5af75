# RFC 8514: when a message came into its mailbox
login
mailbox Work
message INBOX date "17-Jul-1996 02:44:25 -0700" <<EOF
Subject: old

old
EOF
old INBOX
open INBOX
C: a1 FETCH 1 (INTERNALDATE SAVEDATE)
S: * 1 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" SAVEDATE "{{d=text}}")
S: a1 OK {{text}}
C: a2 SEARCH SAVEDSINCE 1-Jan-2020
S: * SEARCH 1
S: a2 OK {{text}}
C: a3 SEARCH SAVEDBEFORE 1-Jan-2020
S: * SEARCH
S: a3 OK {{text}}
C: a4 SEARCH SAVEDON 17-Jul-1996
S: * SEARCH
S: a4 OK {{text}}
C: a5 SEARCH SAVEDATESUPPORTED
S: * SEARCH 1
S: a5 OK {{text}}
# a copy is saved when it is copied, and keeps its internal date
C: a6 COPY 1 Work
S: a6 OK [COPYUID {{text}}] {{text}}
open Work
C: a7 FETCH 1 (INTERNALDATE SAVEDATE)
S: * 1 FETCH (INTERNALDATE "17-Jul-1996 02:44:25 -0700" SAVEDATE "{{text}}")
S: a7 OK {{text}}
C: a8 SEARCH SAVEDSINCE 1-Jan-2020
S: * SEARCH 1
S: a8 OK {{text}}
