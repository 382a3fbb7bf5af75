# RFC 5267, 4.3: a sorted result is kept up to date, with the places of what comes and goes
login
message INBOX <<EOF
Subject: delta

EOF
message INBOX <<EOF
Subject: bravo

EOF
message INBOX <<EOF
Subject: foxtrot

EOF
message INBOX <<EOF
Subject: Hotel

EOF
old INBOX
open INBOX
C: a1 UID SORT RETURN (UPDATE ALL) (SUBJECT) UTF-8 UNDELETED
S: * ESEARCH (TAG "a1") UID ALL 2,1,3:4
S: a1 OK {{text}}
C: a2 SORT RETURN (UPDATE COUNT) (REVERSE SUBJECT) UTF-8 UNFLAGGED
S: * ESEARCH (TAG "a2") COUNT 4
S: a2 OK {{text}}
# before all, between two, after all
message INBOX <<EOF
Subject: alpha

EOF
message INBOX <<EOF
Subject: echo

EOF
message INBOX <<EOF
Subject: india

EOF
message INBOX <<EOF
Subject: Re: india

EOF
message INBOX <<EOF
Subject: easter

EOF
C: a3 NOOP
S: * 9 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a1") UID ADDTO (1 5 4 9,6 8 7:8)
S: * ESEARCH (TAG "a2") ADDTO (1 7:8 5 6,9 9 5)
S: a3 OK {{text}}
C: a4 UID SORT RETURN (ALL) (SUBJECT) UTF-8 UNDELETED
S: * ESEARCH (TAG "a4") UID ALL 5,2,1,9,6,3:4,7:8
S: a4 OK {{text}}
C: a5 SORT RETURN (ALL) (REVERSE SUBJECT) UTF-8 UNFLAGGED
S: * ESEARCH (TAG "a5") ALL 7:8,4,3,6,9,1:2,5
S: a5 OK {{text}}
# flags take out and put back
do SELECT INBOX
do STORE 1,2,4,9 +FLAGS.SILENT (\Deleted)
C: a6 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Deleted))
S: * 2 FETCH (UID 2 FLAGS (\Deleted))
S: * 4 FETCH (UID 4 FLAGS (\Deleted))
S: * 9 FETCH (UID 9 FLAGS (\Deleted{{any}}))
S: * ESEARCH (TAG "a1") UID REMOVEFROM (2 2,1,9 4 4)
S: a6 OK {{text}}
do STORE 1,4 -FLAGS.SILENT (\Deleted)
C: a7 NOOP
S: * 1 FETCH (UID 1 FLAGS ())
S: * 4 FETCH (UID 4 FLAGS ())
S: * ESEARCH (TAG "a1") UID ADDTO (2 1 5 4)
S: a7 OK {{text}}
# 5 1 6 3 4 7 8; the other 8 7 4 3 6 9 1 2 5
do EXPUNGE
C: a8 NOOP
S: * ESEARCH (TAG "a2") REMOVEFROM (6 9 7 2)
S: * 9 EXPUNGE
S: * 2 EXPUNGE
S: a8 OK {{text}}
C: a9 UID SORT RETURN (ALL) (SUBJECT) UTF-8 UNDELETED
S: * ESEARCH (TAG "a9") UID ALL 5,1,6,3:4,7:8
S: a9 OK {{text}}
C: b1 SORT RETURN (ALL) (REVERSE SUBJECT) UTF-8 ALL
S: * ESEARCH (TAG "b1") ALL 6:7,3,2,5,1,4
S: b1 OK {{text}}
# equal texts stand in the order in which they came
message INBOX <<EOF
Subject: re: ECHO

EOF
C: b2 IDLE
S: + {{text}}
S: * 8 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a1") UID ADDTO (4 10)
S: * ESEARCH (TAG "a2") ADDTO (6 8)
do STORE 7 +FLAGS.SILENT (\Flagged)
S: * 7 FETCH (UID 8 FLAGS (\Flagged{{any}}))
S: * ESEARCH (TAG "a2") REMOVEFROM (2 7)
C: DONE
S: b2 OK {{text}}
