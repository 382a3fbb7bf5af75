# RFC 3501, 6.4.4: the keys of system flags and keywords
login
message INBOX flags (\Answered) <<EOF
Subject: 1

EOF
message INBOX flags (\Deleted \Seen) <<EOF
Subject: 2

EOF
message INBOX flags (\Draft $Work) <<EOF
Subject: 3

EOF
message INBOX flags (\Flagged \Seen) <<EOF
Subject: 4

EOF
old INBOX
open INBOX
C: a1 SEARCH ANSWERED
S: * SEARCH 1
S: a1 OK {{text}}
C: a2 SEARCH DELETED
S: * SEARCH 2
S: a2 OK {{text}}
C: a3 SEARCH DRAFT
S: * SEARCH 3
S: a3 OK {{text}}
C: a4 SEARCH FLAGGED
S: * SEARCH 4
S: a4 OK {{text}}
C: a5 SEARCH SEEN
S: * SEARCH 2 4
S: a5 OK {{text}}
C: a6 SEARCH UNANSWERED
S: * SEARCH 2 3 4
S: a6 OK {{text}}
C: a7 SEARCH UNDELETED
S: * SEARCH 1 3 4
S: a7 OK {{text}}
C: a8 SEARCH UNDRAFT
S: * SEARCH 1 2 4
S: a8 OK {{text}}
C: a9 SEARCH UNFLAGGED
S: * SEARCH 1 2 3
S: a9 OK {{text}}
C: a10 SEARCH UNSEEN
S: * SEARCH 1 3
S: a10 OK {{text}}
C: a11 SEARCH KEYWORD $work
S: * SEARCH 3
S: a11 OK {{text}}
C: a12 SEARCH UNKEYWORD $Work
S: * SEARCH 1 2 4
S: a12 OK {{text}}
C: a13 SEARCH KEYWORD unknown
S: * SEARCH
S: a13 OK {{text}}
