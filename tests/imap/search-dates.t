# RFC 3501, 6.4.4: internal date and Date field, without regard to time and zone
login
message INBOX date " 1-Feb-1994 23:59:59 -0800" <<EOF
Date: Tue, 1 Mar 1994 00:00:01 +0900

EOF
message INBOX date " 2-Feb-1994 00:00:00 +0000" <<EOF
Date: 2 Mar 94 12:00 EST

EOF
message INBOX date " 3-Feb-1994 12:00:00 +1200" <<EOF
Subject: no date

EOF
old INBOX
open INBOX
C: a1 SEARCH BEFORE 2-Feb-1994
S: * SEARCH 1
S: a1 OK {{text}}
C: a2 SEARCH ON 2-Feb-1994
S: * SEARCH 2
S: a2 OK {{text}}
C: a3 SEARCH SINCE 2-Feb-1994
S: * SEARCH 2 3
S: a3 OK {{text}}
C: a4 SEARCH SINCE "02-feb-1994"
S: * SEARCH 2 3
S: a4 OK {{text}}
C: a5 SEARCH SENTBEFORE 2-Mar-1994 SENTSINCE 1-Mar-1994
S: * SEARCH 1
S: a5 OK {{text}}
C: a6 SEARCH SENTON 2-Mar-1994
S: * SEARCH 2
S: a6 OK {{text}}
C: a7 SEARCH SENTSINCE 1-Mar-1994
S: * SEARCH 1 2{{opt: 3}}
S: a7 OK {{text}}
C: a8 SEARCH ON 31-Feb-1994
S: a8 BAD {{text}}
C: a9 SEARCH ON 1994-02-02
S: a9 BAD {{text}}
C: a10 SEARCH ON yesterday
S: a10 BAD {{text}}
