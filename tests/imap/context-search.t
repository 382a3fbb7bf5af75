# RFC 5267, 4.3: a search whose result is kept up to date, while another session changes the mailbox
login
messages INBOX 4
old INBOX
open INBOX
C: a0 CAPABILITY
S: * CAPABILITY {{with:CONTEXT=SEARCH CONTEXT=SORT}}
S: a0 OK {{text}}
do SELECT INBOX
do STORE 2 +FLAGS.SILENT (\Flagged)
C: a1 UID SEARCH RETURN (UPDATE COUNT) FLAGGED
S: * ESEARCH (TAG "a1") UID COUNT 1
S?: * 2 FETCH (UID 2 FLAGS (\Flagged))
S: a1 OK {{text}}
C: a2 SEARCH RETURN (UPDATE ALL) FLAGGED
S: * ESEARCH (TAG "a2") ALL 2
S?: * 2 FETCH (UID 2 FLAGS (\Flagged))
S: a2 OK {{text}}
# nothing is told that the client knows
C: a3 NOOP
S?: * 2 FETCH (UID 2 FLAGS (\Flagged))
S: a3 OK {{text}}
# flags: after FETCH, and in the numbers of the search
do STORE 3:4 +FLAGS.SILENT (\Flagged)
C: a4 NOOP
S: * 3 FETCH (UID 3 FLAGS (\Flagged))
S: * 4 FETCH (UID 4 FLAGS (\Flagged))
S: * ESEARCH (TAG "a1") UID ADDTO (0 3:4)
S: * ESEARCH (TAG "a2") ADDTO (0 3:4)
S: a4 OK {{text}}
# a change that makes no difference to the result
do STORE 3 +FLAGS.SILENT (\Seen)
C: a5 NOOP
S: * 3 FETCH (UID 3 FLAGS (\Seen \Flagged))
S: a5 OK {{text}}
do STORE 2,4 -FLAGS.SILENT (\Flagged)
do STORE 1 +FLAGS.SILENT (\Flagged)
C: a6 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Flagged))
S: * 2 FETCH (UID 2 FLAGS ())
S: * 4 FETCH (UID 4 FLAGS ())
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 2,4)
S: * ESEARCH (TAG "a1") UID ADDTO (0 1)
S: * ESEARCH (TAG "a2") REMOVEFROM (0 2,4)
S: * ESEARCH (TAG "a2") ADDTO (0 1)
S: a6 OK {{text}}
# a new message: EXISTS first
message INBOX flags (\Flagged) <<EOF
a: b

EOF
message INBOX <<EOF
a: b

EOF
C: a7 NOOP
S: * 6 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a1") UID ADDTO (0 5)
S: * ESEARCH (TAG "a2") ADDTO (0 5)
S: a7 OK {{text}}
# expunged: REMOVEFROM first, in the numbers as they were
do STORE 1,2 +FLAGS.SILENT (\Deleted)
C: a8 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Flagged \Deleted))
S: * 2 FETCH (UID 2 FLAGS (\Deleted))
S: a8 OK {{text}}
do EXPUNGE
C: a9 NOOP
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 1)
S: * ESEARCH (TAG "a2") REMOVEFROM (0 1)
S: * 2 EXPUNGE
S: * 1 EXPUNGE
S: a9 OK {{text}}
# while EXPUNGE has to wait: appendix A.3; and with it what came after it
do STORE 1 +FLAGS.SILENT (\Deleted)
C: b1 FETCH 1 (UID)
S: * 1 FETCH (UID 3)
S: * 1 FETCH (UID 3 FLAGS (\Seen \Flagged \Deleted))
S: b1 OK {{text}}
do EXPUNGE
message INBOX flags (\Flagged) <<EOF
a: b

EOF
C: b2 FETCH 2 (UID)
S: * 2 FETCH (UID 4)
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 3)
S: * ESEARCH (TAG "a2") REMOVEFROM (0 1)
S: b2 OK {{text}}
C: b3 NOOP
S: * 1 EXPUNGE
S: * 4 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a1") UID ADDTO (0 7)
S: * ESEARCH (TAG "a2") ADDTO (0 4)
S: b3 OK {{text}}
# in IDLE, too
C: b4 IDLE
S: + {{text}}
do STORE 1 +FLAGS.SILENT (\Flagged)
S: * 1 FETCH (UID 4 FLAGS (\Flagged))
S: * ESEARCH (TAG "a1") UID ADDTO (0 4)
S: * ESEARCH (TAG "a2") ADDTO (0 1)
do STORE 1 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 4 FLAGS (\Flagged \Deleted))
do EXPUNGE
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 4)
S: * ESEARCH (TAG "a2") REMOVEFROM (0 1)
S: * 1 EXPUNGE
message INBOX flags (\Flagged) <<EOF
a: b

EOF
S: * 4 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a1") UID ADDTO (0 8)
S: * ESEARCH (TAG "a2") ADDTO (0 4)
C: DONE
S: b4 OK {{text}}
