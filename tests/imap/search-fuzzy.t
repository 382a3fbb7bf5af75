# RFC 6203: FUZZY and RELEVANCY
login
message INBOX flags (\Seen) <<EOF
From: dave@example.org
Subject: IMAP break

first
EOF
message INBOX <<EOF
From: carol@example.org
Subject: nothing

The server said hello.
EOF
message INBOX <<EOF
From: dave@example.org
Subject: breaking IMAP

hello hello
EOF
message INBOX <<EOF
From: erin@example.org
Subject: Helo?

nothing
EOF
message INBOX <<EOF
From: dave@example.org
Subject: =?utf-8?q?H=C3=A9ll=C3=B3?= from the imap breakfast

nothing
EOF
old INBOX
open INBOX
C: a1 SEARCH FUZZY (SUBJECT "IMAP break")
S: * SEARCH 1 3 5
S: a1 OK {{text}}
C: a2 SEARCH SUBJECT "IMAP break"
S: * SEARCH 1 5
S: a2 OK {{text}}
C: a3 SEARCH FUZZY SUBJECT "break imap" FROM dave@example.org SEEN
S: * SEARCH 1
S: a3 OK {{text}}
# what is not under FUZZY is matched as ever
C: a4 SEARCH FUZZY SUBJECT imap FROM dvae@example.org
S: * SEARCH
S: a4 OK {{text}}
C: b1 SEARCH RETURN (RELEVANCY ALL) FUZZY TEXT "Helo"
S: * ESEARCH (TAG "b1") ALL 2:5 RELEVANCY (30 30 100 60)
S: b1 OK {{text}}
C: b2 UID SEARCH RETURN (ALL COUNT RELEVANCY) CHARSET UTF-8 FUZZY TEXT "hello"
S: * ESEARCH (TAG "b2") UID COUNT 4 ALL 2:5 RELEVANCY (50 50 60 100)
S: b2 OK {{text}}
C: b3 SEARCH RETURN (RELEVANCY ALL) NOT FUZZY TEXT "Helo"
S: * ESEARCH (TAG "b3") ALL 1 RELEVANCY (100)
S: b3 OK {{text}}
C: b4 SEARCH RETURN (RELEVANCY ALL) FUZZY SUBJECT "mustard"
S: * ESEARCH (TAG "b4") RELEVANCY ()
S: b4 OK {{text}}
C: b5 SEARCH RETURN (RELEVANCY PARTIAL -1:-2) FUZZY TEXT "hello"
S: * ESEARCH (TAG "b5") PARTIAL (-1:-2 4:5) RELEVANCY (60 100)
S: b5 OK {{text}}
C: b6 SEARCH RETURN (SAVE RELEVANCY) OR FUZZY SUBJECT helo FUZZY BODY hello
S: * ESEARCH (TAG "b6") RELEVANCY (100 100 100 60)
S: b6 OK {{text}}
C: b7 SEARCH $
S: * SEARCH 2 3 4 5
S: b7 OK {{text}}
# keys that are no texts match as they are
C: b8 SEARCH RETURN (RELEVANCY ALL) FUZZY (SEEN LARGER 1 1:*)
S: * ESEARCH (TAG "b8") ALL 1 RELEVANCY (100)
S: b8 OK {{text}}
C: c1 SORT (RELEVANCY) UTF-8 FUZZY TEXT "hello"
S: * SORT 5 4 2 3
S: c1 OK {{text}}
C: c2 SORT RETURN (RELEVANCY ALL) (RELEVANCY) UTF-8 FUZZY TEXT "Helo"
S: * ESEARCH (TAG "c2") ALL 4:5,2:3 RELEVANCY (100 60 30 30)
S: c2 OK {{text}}
C: c3 SORT RETURN (PARTIAL 1:2 RELEVANCY) (RELEVANCY) UTF-8 FUZZY TEXT "hello"
S: * ESEARCH (TAG "c3") PARTIAL (1:2 5,4) RELEVANCY (100 60)
S: c3 OK {{text}}
C: c4 SORT (REVERSE RELEVANCY REVERSE ARRIVAL) UTF-8 FUZZY TEXT "hello"
S: * SORT {{text}} 4 5
S: c4 OK {{text}}
# MUST NOT be used unless a FUZZY key is given
C: d1 SEARCH RETURN (RELEVANCY ALL) TEXT hello
S: d1 BAD {{text}}
C: d2 SORT (RELEVANCY) UTF-8 TEXT hello
S: d2 BAD {{text}}
C: d3 SORT RETURN (RELEVANCY) (DATE) UTF-8 TEXT hello
S: d3 BAD {{text}}
C: d4 SEARCH FUZZY
S: d4 BAD {{text}}
# nothing that a text may contain hurts
C: d5 SEARCH RETURN (COUNT) FUZZY TEXT {400+}
| {{repeat 400 x}} FUZZY BODY "- - -" FUZZY SUBJECT ""
S: * ESEARCH (TAG "d5") COUNT 0
S: d5 OK {{text}}
