# RFC 7162 sections 3.2.7 to 3.2.10: VANISHED instead of EXPUNGE
login
messages INBOX 10
mailbox Work
old INBOX
C: a0 ENABLE QRESYNC
S: * ENABLED CONDSTORE QRESYNC
S: a0 OK {{text}}
open INBOX
C: a1 STORE 3,4,7,10 +FLAGS.SILENT (\Deleted)
S: * 3 FETCH (UID 3 MODSEQ ({{m=number}}))
S: * 4 FETCH (UID 4 MODSEQ ({{number}}))
S: * 7 FETCH (UID 7 MODSEQ ({{number}}))
S: * 10 FETCH (UID 10 MODSEQ ({{number}}))
S: a1 OK {{text}}
C: b202 EXPUNGE
S: * VANISHED 3:4,7,10
S: b202 OK [HIGHESTMODSEQ {{h=number}}] {{text}}
C: b203 STATUS INBOX (HIGHESTMODSEQ MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 6 HIGHESTMODSEQ {{$h}})
S: b203 OK {{text}}
# nothing expunged: nothing told
C: b204 EXPUNGE
S: b204 OK {{text}}
# numbers and UIDs now: 1 2 5 6 8 9
C: b205 FETCH 3 (UID)
S: * 3 FETCH (UID 5)
S: b205 OK {{text}}
C: b206 MOVE 3:4 Work
S: * OK [COPYUID {{number}} 5:6 1:2] {{text}}
S: * VANISHED 5:6
S: b206 OK [HIGHESTMODSEQ {{number}}] {{text}}
C: b207 UID STORE 8 +FLAGS.SILENT (\Deleted)
S: * 3 FETCH (UID 8 MODSEQ ({{number}}))
S: b207 OK {{text}}
C: b208 UID EXPUNGE 1:9
S: * VANISHED 8
S: b208 OK [HIGHESTMODSEQ {{number}}] {{text}}
# by others: held back in FETCH, told in UID FETCH
do SELECT INBOX
do UID STORE 1 +FLAGS.SILENT (\Deleted)
do UID EXPUNGE 1
C: c1 FETCH 1:3 (UID)
S: * 2 FETCH (UID 2)
S: * 3 FETCH (UID 9)
S: c1 NO [EXPUNGEISSUED] {{text}}
C: c2 UID FETCH 9 (UID)
S: * 3 FETCH (UID 9)
S: * VANISHED 1
S: c2 OK {{text}}
# HIGHESTMODSEQ comes after all changes that it covers
do UID STORE 2 +FLAGS.SILENT (\Flagged)
C: c3 UID STORE 9 +FLAGS.SILENT (\Deleted)
S: * 2 FETCH (UID 9 MODSEQ ({{number}}))
S: * 1 FETCH (UID 2 FLAGS (\Flagged) MODSEQ ({{number}}))
S: c3 OK {{text}}
C: c4 IDLE
S: + {{text}}
do UID STORE 2 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 2 FLAGS (\Flagged \Deleted) MODSEQ ({{number}}))
do EXPUNGE
S: * VANISHED 2,9
C: DONE
S: c4 OK {{text}}
# CLOSE says nothing: section 3.2.8
C: c5 CLOSE
S: c5 OK {{text}}
