# RFC 5267 with mod-sequences, VANISHED, UIDONLY, ESEARCH of several mailboxes
login
messages INBOX 4
old INBOX
open INBOX
do SELECT INBOX
# RFC 7377: UPDATE is for the selected mailbox
C: a1 ESEARCH RETURN (UPDATE COUNT) FLAGGED
S: a1 OK {{text}}
C: a2 ESEARCH IN (selected) RETURN (UPDATE ALL) UNFLAGGED
S: * ESEARCH (TAG "a2" MAILBOX INBOX UIDVALIDITY {{number}}) UID ALL 1:4
S: a2 OK {{text}}
do STORE 2 +FLAGS.SILENT (\Flagged)
C: a3 NOOP
S: * 2 FETCH (UID 2 FLAGS (\Flagged))
S: * ESEARCH (TAG "a1" MAILBOX INBOX UIDVALIDITY {{number}}) UID ADDTO (0 2)
S: * ESEARCH (TAG "a2" MAILBOX INBOX UIDVALIDITY {{number}}) UID REMOVEFROM (0 2)
S: a3 OK {{text}}
C: a4 CANCELUPDATE "a1" "a2"
S: a4 OK {{text}}
C: a5 UNSELECT
S: a5 OK {{text}}
C: a6 ESEARCH RETURN (UPDATE) ALL
S: a6 BAD {{text}}
# RFC 7162
C: b1 ENABLE QRESYNC
S: * ENABLED {{with:QRESYNC}}
S: b1 OK {{text}}
open INBOX
C: b2 UID SEARCH RETURN (UPDATE ALL) MODSEQ 1000000000
S: * ESEARCH (TAG "b2") UID
S: b2 OK {{text}}
C: b3 SEARCH RETURN (UPDATE COUNT) UNDELETED
S: * ESEARCH (TAG "b3") COUNT 4
S: b3 OK {{text}}
C: b4 SEARCH RETURN (UPDATE (MODSEQ) COUNT) UNDELETED
S: * ESEARCH (TAG "b4") COUNT 4
S: b4 OK {{text}}
messages INBOX 1
C: b5 NOOP
S: * 5 EXISTS
S: * {{number}} RECENT
S: * 5 FETCH (UID 5 MODSEQ ({{number}}))
S: * ESEARCH (TAG "b3") ADDTO (0 5)
S: * ESEARCH (TAG "b4") ADDTO (0 5)
S: b5 OK {{text}}
C: b6 CANCELUPDATE "b4" "b2"
S: b6 OK {{text}}
do STORE 1,3 +FLAGS.SILENT (\Deleted)
C: b7 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 3 FETCH (UID 3 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * ESEARCH (TAG "b3") REMOVEFROM (0 1,3)
S: b7 OK {{text}}
do STORE 2 +FLAGS.SILENT (\Deleted)
do EXPUNGE
C: b8 NOOP
S?: * 2 FETCH ({{any}})
S: * ESEARCH (TAG "b3") REMOVEFROM (0 2)
S: * VANISHED 1:3
S: b8 OK {{text}}
# RFC 9586: a search by numbers ends where there are none any more
C: c1 UID SORT RETURN (UPDATE ALL) (REVERSE ARRIVAL) UTF-8 UNDELETED
S: * ESEARCH (TAG "c1") UID ALL {{text}}
S: c1 OK {{text}}
C: c2 ENABLE UIDONLY
S: * ENABLED UIDONLY
S: * NO [NOUPDATE "b3"] {{text}}
S: c2 OK {{text}}
C: c3 SEARCH RETURN (UPDATE) ALL
S: c3 BAD [UIDREQUIRED] {{text}}
C: c4 UID SEARCH RETURN (UPDATE (FLAGS)) ALL
S: * ESEARCH (TAG "c4") UID
S: c4 OK {{text}}
message INBOX flags (\Seen) date "01-Jan-2001 00:00:00 +0000" <<EOF
a: b

EOF
do STORE 1 +FLAGS.SILENT (\Deleted)
do EXPUNGE
C: c5 NOOP
S?: * 4 UIDFETCH ({{any}})
S: * ESEARCH (TAG "c1") UID REMOVEFROM ({{number}} 4)
S: * ESEARCH (TAG "c4") UID REMOVEFROM (0 4)
S: * VANISHED 4
S: * 2 EXISTS
S: * {{number}} RECENT
S: * 6 UIDFETCH ({{any}}FLAGS ({{any}}\Seen) MODSEQ ({{number}}))
S: * ESEARCH (TAG "c1") UID ADDTO (2 6)
S: * ESEARCH (TAG "c4") UID ADDTO (0 6)
S: c5 OK {{text}}
