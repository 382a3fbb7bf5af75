# RFC 3501, 6.4.5: ALL, FAST and FULL
login
message INBOX flags (\Seen) date "17-Jul-1996 02:44:25 -0700" <<EOF
From: ben@example.org
Subject: x

x
EOF
old INBOX
open INBOX
C: a1 FETCH 1 FAST
S: * 1 FETCH ({{set:FLAGS~(\Seen) INTERNALDATE~"17-Jul-1996~02:44:25~-0700" RFC822.SIZE~40}})
S: a1 OK {{text}}
C: a2 FETCH 1 ALL
S: * 1 FETCH (FLAGS (\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 40 ENVELOPE (NIL "x" {{text}}))
S: a2 OK {{text}}
C: a3 FETCH 1 FULL
S: * 1 FETCH (FLAGS (\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 40 ENVELOPE (NIL "x" {{text}}) BODY ({{text}} 3 1))
S: a3 OK {{text}}
# a macro stands alone
C: a4 FETCH 1 (FAST)
S: a4 BAD {{text}}
C: a5 FETCH 1 (FLAGS ALL)
S: a5 BAD {{text}}
