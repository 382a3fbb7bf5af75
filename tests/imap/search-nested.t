# RFC 3501, 6.4.4: OR, NOT, parentheses, and keys side by side
login
message INBOX flags (\Seen) <<EOF
From: ben@example.org

EOF
message INBOX flags (\Flagged) <<EOF
From: carl@example.org

EOF
message INBOX flags (\Seen \Flagged) <<EOF
From: ben@example.org

EOF
message INBOX <<EOF
From: dora@example.org

EOF
old INBOX
open INBOX
C: a1 SEARCH OR SEEN FLAGGED
S: * SEARCH 1 2 3
S: a1 OK {{text}}
C: a2 SEARCH OR (SEEN NOT FLAGGED) (NOT SEEN FLAGGED)
S: * SEARCH 1 2
S: a2 OK {{text}}
C: a3 SEARCH NOT OR SEEN FLAGGED
S: * SEARCH 4
S: a3 OK {{text}}
C: a4 SEARCH FROM ben FLAGGED
S: * SEARCH 3
S: a4 OK {{text}}
C: a5 SEARCH (FROM ben) (NOT (FLAGGED))
S: * SEARCH 1
S: a5 OK {{text}}
C: a6 SEARCH OR OR FROM carl FROM dora (FROM ben SEEN FLAGGED)
S: * SEARCH 2 3 4
S: a6 OK {{text}}
C: a7 SEARCH NOT NOT NOT SEEN
S: * SEARCH 2 4
S: a7 OK {{text}}
C: a8 SEARCH ((((ALL))))
S: * SEARCH 1 2 3 4
S: a8 OK {{text}}
