# RFC 5465 with RFC 5267: updates between commands, and the items of new messages
login
message INBOX <<EOF
From: a@example.org
Subject: one

EOF
messages INBOX 2
old INBOX
open INBOX
do SELECT INBOX
# section 7, without NOTIFY
C: a1 SEARCH RETURN (COUNT UPDATE (UID BODY[HEADER.FIELDS (FROM SUBJECT)])) FROM "boss"
S: * ESEARCH (TAG "a1") COUNT 0
S: a1 OK {{text}}
message INBOX flags (\Seen) <<EOF
From: myboss@example.org
Subject: Re: good morning

EOF
message INBOX <<EOF
From: nobody@example.org

EOF
C: a2 NOOP
S: * 5 EXISTS
S: * {{number}} RECENT
S: * 4 FETCH (UID 4 BODY[HEADER.FIELDS (FROM SUBJECT)] {55}
| From: myboss@example.org
| Subject: Re: good morning
|
| )
S: * ESEARCH (TAG "a1") ADDTO (0 4)
S: a2 OK {{text}}
# what comes in by its flags is not new, nor is what the client put there
C: a3 SEARCH RETURN (COUNT UPDATE(UID)) FLAGGED
S: * ESEARCH (TAG "a3") COUNT 0
S: a3 OK {{text}}
do STORE 1 +FLAGS.SILENT (\Flagged)
C: a4 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Flagged))
S: * ESEARCH (TAG "a3") ADDTO (0 1)
S: a4 OK {{text}}
C: a5 APPEND INBOX (\Flagged) {4+}
| a: b
S: * 6 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a3") ADDTO (0 6)
S: a5 OK {{text}}
# told at once; FETCH of changed flags before ESEARCH, items of all together
C: b1 NOTIFY SET (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange))
S: b1 OK {{text}}
do STORE 2 +FLAGS.SILENT (\Flagged)
S: * 2 FETCH (UID 2 FLAGS (\Flagged))
S: * ESEARCH (TAG "a3") ADDTO (0 2)
C: b2 UID SEARCH RETURN (UPDATE) FLAGGED
S: * ESEARCH (TAG "b2") UID
S: b2 OK {{text}}
C: b3 UID SORT RETURN (UPDATE (RFC822.SIZE FLAGS)) (ARRIVAL) UTF-8 FLAGGED
S: * ESEARCH (TAG "b3") UID
S: b3 OK {{text}}
message INBOX flags (\Flagged) <<EOF
From: x@example.org

EOF
S: * 7 EXISTS
S: * {{number}} RECENT
S: * 7 FETCH (UID 7 FLAGS (\Flagged{{any}}) RFC822.SIZE {{number}})
S: * ESEARCH (TAG "a3") ADDTO (0 7)
S: * ESEARCH (TAG "b2") UID ADDTO (0 7)
S: * ESEARCH (TAG "b3") UID ADDTO (4 7)
# one that no search wants: the items of NOTIFY
message INBOX <<EOF
From: x@example.org

EOF
S: * 8 EXISTS
S: * {{number}} RECENT
S: * 8 FETCH (UID 8 FLAGS ({{any}}))
# ADDTO without items, then FETCH: section 5.2
C: b4 CANCELUPDATE "b3" "a3"
S: b4 OK {{text}}
message INBOX flags (\Flagged) <<EOF
From: x@example.org

EOF
S: * 9 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "b2") UID ADDTO (0 9)
S: * 9 FETCH (UID 9 FLAGS (\Flagged{{any}}))
do STORE 9 +FLAGS.SILENT (\Deleted)
S: * 9 FETCH (UID 9 FLAGS (\Flagged \Deleted{{any}}))
do EXPUNGE
S: * ESEARCH (TAG "b2") UID REMOVEFROM (0 9)
S: * 9 EXPUNGE
# RFC 5267, 4.3.4: REMOVEFROM comes at once, EXPUNGE with a command
C: c1 NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange))
S: c1 OK {{text}}
do STORE 7 +FLAGS.SILENT (\Deleted)
S: * 7 FETCH (UID 7 FLAGS (\Flagged \Deleted{{any}}))
do EXPUNGE
S: * ESEARCH (TAG "b2") UID REMOVEFROM (0 7)
C: c2 NOOP
S: * 7 EXPUNGE
S: c2 OK {{text}}
# flags are not asked for: then what they change in a result comes with the client's own doing
C: d1 NOTIFY SET (SELECTED (MessageNew MessageExpunge))
S: d1 OK {{text}}
do STORE 3 +FLAGS.SILENT (\Flagged)
C: d2 NOOP
S: d2 OK {{text}}
C: d3 STORE 4 +FLAGS (\Flagged)
S: * 4 FETCH (FLAGS (\Seen \Flagged))
S: * ESEARCH (TAG "b2") UID ADDTO (0 4)
S: d3 OK {{text}}
C: d4 NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))
S: * 3 FETCH (UID 3 FLAGS (\Flagged))
S: * ESEARCH (TAG "b2") UID ADDTO (0 3)
S: d4 OK {{text}}
# the mailbox is another: nothing of the old one
C: e1 UNSELECT
S: e1 OK {{text}}
do STORE 3 -FLAGS.SILENT (\Flagged)
C: e2 NOOP
S: e2 OK {{text}}
