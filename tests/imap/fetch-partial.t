# RFC 9394: a part of the messages of a set
login
messages INBOX 10
old INBOX
do SELECT INBOX
do STORE 3,4 +FLAGS.SILENT (\Deleted)
do EXPUNGE
open INBOX
C: a1 UID FETCH 1:* (UID) (PARTIAL 2:3)
S: * 2 FETCH (UID 2)
S: * 3 FETCH (UID 5)
S: a1 OK {{text}}
C: a2 UID FETCH 1:* (UID) (PARTIAL -1:-2)
S: * 7 FETCH (UID 9)
S: * 8 FETCH (UID 10)
S: a2 OK {{text}}
C: a3 UID FETCH 1:4 (UID) (PARTIAL 2:9)
S: * 2 FETCH (UID 2)
S: a3 OK {{text}}
C: a4 UID FETCH 1:* (UID) (PARTIAL 9:12)
S: a4 OK {{text}}
C: a5 FETCH 2:4 (UID) (PARTIAL -1:-1)
S: * 4 FETCH (UID 6)
S: a5 OK {{text}}
C: a6 ENABLE QRESYNC
S?: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * ENABLED CONDSTORE QRESYNC
S: a6 OK {{text}}
C: a7 UID FETCH 1:* (UID) (PARTIAL -1:-1 CHANGEDSINCE 1 VANISHED)
S: * VANISHED (EARLIER) 3:4
S: * 8 FETCH (UID 10 MODSEQ ({{number}}))
S: a7 OK {{text}}
C: a8 UID FETCH 1:* (UID) (PARTIAL 1:-1)
S: a8 BAD {{text}}
