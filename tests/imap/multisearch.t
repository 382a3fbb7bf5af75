# RFC 7377: ESEARCH in several mailboxes
login
mailbox folder1
mailbox folder2
mailbox folder2/banana
mailbox folder2/banana/split
mailbox folder2/peach
mailbox folder2x
mailbox empty
message folder1 flags (\Seen) <<EOF
Subject: chad

EOF
message folder1 <<EOF
Subject: other

EOF
message folder1 <<EOF
Subject: Chad again

EOF
message folder2/banana <<EOF
Subject: chad

EOF
message folder2/banana/split <<EOF
Subject: chad

EOF
message folder2/peach flags (\Seen) <<EOF
Subject: peach

EOF
message folder2x <<EOF
Subject: chad

EOF
message INBOX <<EOF
Subject: chad

EOF
message INBOX <<EOF
Subject: none

EOF
# nothing is selected: only with other sources
C: a1 ESEARCH IN (mailboxes "folder1" subtree "folder2") unseen
S: * ESEARCH (TAG "a1" MAILBOX folder1 UIDVALIDITY {{number}}) UID ALL 2:3
S: * ESEARCH (TAG "a1" MAILBOX folder2/banana UIDVALIDITY {{number}}) UID ALL 1
S: * ESEARCH (TAG "a1" MAILBOX folder2/banana/split UIDVALIDITY {{number}}) UID ALL 1
S: a1 OK {{text}}
C: a2 ESEARCH IN (mailboxes "folder1" subtree-one "folder2") subject "chad"
S: * ESEARCH (TAG "a2" MAILBOX folder1 UIDVALIDITY {{number}}) UID ALL 1,3
S: * ESEARCH (TAG "a2" MAILBOX folder2/banana UIDVALIDITY {{number}}) UID ALL 1
S: a2 OK {{text}}
# nothing of mailboxes where nothing is found, whatever is asked for; each once
C: a3 ESEARCH IN (mailboxes (folder1 empty folder1 nosuch folder2/peach) subtree folder1) RETURN (MIN MAX COUNT) CHARSET UTF-8 SUBJECT chad
S: * ESEARCH (TAG "a3" MAILBOX folder1 UIDVALIDITY {{number}}) UID MIN 1 MAX 3 COUNT 2
S: a3 OK {{text}}
C: a4 ESEARCH IN (mailboxes (empty nosuch)) RETURN (COUNT) ALL
S: a4 OK {{text}}
C: a5 ESEARCH IN (personal) RETURN (COUNT) SUBJECT chad
S: * ESEARCH (TAG "a5" MAILBOX INBOX UIDVALIDITY {{number}}) UID COUNT 1
S: * ESEARCH (TAG "a5" MAILBOX folder1 UIDVALIDITY {{number}}) UID COUNT 2
S: * ESEARCH (TAG "a5" MAILBOX folder2/banana UIDVALIDITY {{number}}) UID COUNT 1
S: * ESEARCH (TAG "a5" MAILBOX folder2/banana/split UIDVALIDITY {{number}}) UID COUNT 1
S: * ESEARCH (TAG "a5" MAILBOX folder2x UIDVALIDITY {{number}}) UID COUNT 1
S: a5 OK {{text}}
C: a6 SUBSCRIBE folder2x
S: a6 OK {{text}}
C: a7 ESEARCH IN (subscribed) SUBJECT chad
S?: * ESEARCH (TAG "a7" MAILBOX INBOX UIDVALIDITY {{number}}) UID ALL 1
S: * ESEARCH (TAG "a7" MAILBOX folder2x UIDVALIDITY {{number}}) UID ALL 1
S: a7 OK {{text}}
# numbers and windows are those of each mailbox; beyond the end is no error
C: a8 UID ESEARCH IN (mailboxes (folder1 folder2x)) RETURN (PARTIAL 1:1) 1:100 NOT 2
S: * ESEARCH (TAG "a8" MAILBOX folder1 UIDVALIDITY {{number}}) UID PARTIAL (1:1 1)
S: * ESEARCH (TAG "a8" MAILBOX folder2x UIDVALIDITY {{number}}) UID PARTIAL (1:1 1)
S: a8 OK {{text}}
C: a9 ESEARCH IN (mailboxes folder1) 101:200
S: a9 OK {{text}}
# the wrong state, and what is not for ESEARCH
C: b1 ESEARCH ALL
S: b1 BAD {{text}}
C: b2 ESEARCH IN (selected) ALL
S: b2 BAD {{text}}
C: b3 ESEARCH IN (mailboxes folder1 selected) ALL
S: b3 BAD {{text}}
C: b4 ESEARCH IN (selected-delayed) ALL
S: b4 BAD {{text}}
C: b5 ESEARCH IN (mailboxes folder1) RETURN (SAVE) ALL
S: b5 BAD {{text}}
C: b6 ESEARCH IN () ALL
S: b6 BAD {{text}}
C: b7 ESEARCH IN (mailboxes) ALL
S: b7 BAD {{text}}
C: b8 ESEARCH IN (personal (option value)) ALL
S: b8 BAD {{text}}
C: b9 ESEARCH IN (personal)
S: b9 BAD {{text}}
C: c0 ESEARCH IN (personal) CHARSET X-NONE ALL
S: c0 NO [BADCHARSET {{text}}
old folder1
open folder1
# what is selected stays so; always UIDs and ESEARCH
C: d1 ESEARCH SUBJECT chad
S: * ESEARCH (TAG "d1" MAILBOX folder1 UIDVALIDITY {{number}}) UID ALL 1,3
S: d1 OK {{text}}
C: d2 ESEARCH IN (selected mailboxes (folder1 folder2x)) RETURN () SUBJECT chad
S: * ESEARCH (TAG "d2" MAILBOX folder1 UIDVALIDITY {{number}}) UID ALL 1,3
S: * ESEARCH (TAG "d2" MAILBOX folder2x UIDVALIDITY {{number}}) UID ALL 1
S: d2 OK {{text}}
C: d3 ESEARCH RETURN (SAVE COUNT) SUBJECT chad
S: * ESEARCH (TAG "d3" MAILBOX folder1 UIDVALIDITY {{number}}) UID COUNT 2
S: d3 OK {{text}}
C: d4 UID SEARCH $
S: * SEARCH 1 3
S: d4 OK {{text}}
C: d5 ESEARCH IN (selected) RETURN (SAVE) SUBJECT nothing
S: d5 OK {{text}}
C: d6 UID SEARCH $
S: * SEARCH
S: d6 OK {{text}}
C: d7 ESEARCH IN (selected personal) RETURN (SAVE) ALL
S: d7 BAD {{text}}
C: d8 ESEARCH IN (personal) RETURN (RELEVANCY ALL) FUZZY SUBJECT chda
S: * ESEARCH (TAG "d8" MAILBOX INBOX UIDVALIDITY {{number}}) UID ALL 1 RELEVANCY (60)
S: * ESEARCH (TAG "d8" MAILBOX folder1 UIDVALIDITY {{number}}) UID ALL 1,3 RELEVANCY (60 60)
S: * ESEARCH (TAG "d8" MAILBOX folder2/banana UIDVALIDITY {{number}}) UID ALL 1 RELEVANCY (60)
S: * ESEARCH (TAG "d8" MAILBOX folder2/banana/split UIDVALIDITY {{number}}) UID ALL 1 RELEVANCY (60)
S: * ESEARCH (TAG "d8" MAILBOX folder2x UIDVALIDITY {{number}}) UID ALL 1 RELEVANCY (60)
S: d8 OK {{text}}
C: d9 NOOP
S: d9 OK {{text}}
