# RFC 7162 sections 3.2.3, 3.2.5 and 3.2.6: what needs ENABLE QRESYNC is BAD without
login
messages INBOX 1
open INBOX
C: a1 SELECT INBOX (QRESYNC (1 1))
S: a1 BAD {{text}}
# the mailbox that was selected stays
C: a2 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)
S: a2 BAD {{text}}
C: a3 FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)
S: a3 BAD {{text}}
C: a4 UID FETCH 1:* (FLAGS) (VANISHED)
S: a4 BAD {{text}}
C: a5 ENABLE QRESYNC X-UNKNOWN
S?: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * ENABLED CONDSTORE QRESYNC
S: a5 OK {{text}}
C: a6 ENABLE CONDSTORE
S: * ENABLED
S: a6 OK {{text}}
C: a7 FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)
S: a7 BAD {{text}}
C: a8 UID FETCH 1:* (FLAGS) (VANISHED)
S: a8 BAD {{text}}
C: a9 SELECT INBOX (QRESYNC (1 0))
S: a9 BAD {{text}}
C: b1 UID FETCH 1:* (UID) (CHANGEDSINCE 1 VANISHED)
S: * 1 FETCH (UID 1 MODSEQ ({{number}}))
S: b1 OK {{text}}
