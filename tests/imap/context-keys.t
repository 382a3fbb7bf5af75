# RFC 5267: what the keys of a search that is kept up to date stand for later
login
messages INBOX 4
old INBOX
open INBOX
do SELECT INBOX
# 4.2: the hint
C: a1 SEARCH RETURN (CONTEXT COUNT) UNDELETED UNKEYWORD $Junk
S: * ESEARCH (TAG "a1") COUNT 4
S: a1 OK {{text}}
C: a2 SEARCH RETURN (CONTEXT) ALL
S: * ESEARCH (TAG "a2")
S: a2 OK {{text}}
C: a3 UID SEARCH RETURN (PARTIAL 1:2 UPDATE CONTEXT) UNDELETED
S: * ESEARCH (TAG "a3") UID PARTIAL (1:2 1:2)
S: a3 OK {{text}}
# sequence numbers are those of the time of the command, and so is what is saved
C: b1 SEARCH RETURN (SAVE) 2:3
S: b1 OK {{text}}
C: b2 SEARCH RETURN (UPDATE ALL) 2:*
S: * ESEARCH (TAG "b2") ALL 2:4
S: b2 OK {{text}}
C: b3 UID SEARCH RETURN (UPDATE SAVE ALL) $ UNSEEN
S: * ESEARCH (TAG "b3") UID ALL 2:3
S: b3 OK {{text}}
# UIDs are also those that are yet to come
C: b4 UID SEARCH RETURN (UPDATE ALL) UID 3:*
S: * ESEARCH (TAG "b4") UID ALL 3:4
S: b4 OK {{text}}
C: b5 UID SEARCH RETURN (UPDATE ALL) UID 3:6
S: * ESEARCH (TAG "b5") UID ALL 3:4
S: b5 OK {{text}}
# only the last message
C: b6 SEARCH RETURN (UPDATE ALL) NOT UID 1,*
S: * ESEARCH (TAG "b6") ALL 2:3
S: b6 OK {{text}}
C: b7 UID SEARCH RETURN (UPDATE ALL) UID 5,*
S: * ESEARCH (TAG "b7") UID ALL 4
S: b7 OK {{text}}
messages INBOX 3
C: b8 NOOP
S: * 7 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a3") UID ADDTO (0 5:7)
S: * ESEARCH (TAG "b4") UID ADDTO (0 5:7)
S: * ESEARCH (TAG "b5") UID ADDTO (0 5:6)
S: * ESEARCH (TAG "b6") ADDTO (0 4:6)
S: * ESEARCH (TAG "b7") UID REMOVEFROM (0 4)
S: * ESEARCH (TAG "b7") UID ADDTO (0 5,7)
S: b8 OK {{text}}
C: c0 CANCELUPDATE "a3"
S: c0 OK {{text}}
do STORE 1,7 +FLAGS.SILENT (\Deleted)
do EXPUNGE
C: c1 NOOP
S?: * {{number}} FETCH ({{any}})
S?: * {{number}} FETCH ({{any}})
S: * ESEARCH (TAG "b4") UID REMOVEFROM (0 7)
S: * ESEARCH (TAG "b7") UID REMOVEFROM (0 7)
S: * 7 EXPUNGE
S: * 1 EXPUNGE
S: * ESEARCH (TAG "b6") REMOVEFROM (0 5)
S: * ESEARCH (TAG "b7") UID ADDTO (0 6)
S: c1 OK {{text}}
C: c2 CANCELUPDATE "b4" "b5" "b6" "b7"
S: c2 OK {{text}}
do STORE 1:4 +FLAGS.SILENT (\Seen)
C: c3 NOOP
S: * 1 FETCH (UID 2 FLAGS (\Seen))
S: * 2 FETCH (UID 3 FLAGS (\Seen))
S: * 3 FETCH (UID 4 FLAGS (\Seen))
S: * 4 FETCH (UID 5 FLAGS (\Seen{{any}}))
S: * ESEARCH (TAG "b3") UID REMOVEFROM (0 2:3)
S: c3 OK {{text}}
# texts, headers and flags with a charset
C: d1 UID SEARCH RETURN (UPDATE ALL) CHARSET UTF-8 OR SUBJECT {3+}
| b\xc3\xa4 BODY needle
S: * ESEARCH (TAG "d1") UID
S: d1 OK {{text}}
C: d2 SEARCH RETURN (UPDATE ALL) FUZZY SUBJECT hallo
S: * ESEARCH (TAG "d2")
S: d2 OK {{text}}
message INBOX <<EOF
Subject: =?UTF-8?Q?B=C3=84hh?=

hay
EOF
message INBOX <<EOF
Subject: no

a Needle in the hay
EOF
message INBOX <<EOF
Subject: hallo

nothing
EOF
C: d3 NOOP
S: * 8 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "d1") UID ADDTO (0 8:9)
S: * ESEARCH (TAG "d2") ADDTO (0 8)
S: d3 OK {{text}}
do UNSELECT
# RECENT is that of the session
C: d4 UID SEARCH RETURN (UPDATE COUNT) RECENT
S: * ESEARCH (TAG "d4") UID COUNT {{number}}
S: d4 OK {{text}}
messages INBOX 1
C: d5 NOOP
S: * 9 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "d4") UID ADDTO (0 11)
S: d5 OK {{text}}
