# one goes and one comes between two polls: both are told, in this order
login
messages INBOX 2
old INBOX
open INBOX
do SELECT INBOX
do STORE 1 +FLAGS.SILENT (\Deleted)
do CLOSE
messages INBOX 1
C: a1 NOOP
S: * 1 EXPUNGE
S: * 2 EXISTS
S: * {{number}} RECENT
S: a1 OK {{text}}
C: a2 FETCH 1:2 (UID)
S: * 1 FETCH (UID 2)
S: * 2 FETCH (UID 3)
S: a2 OK {{text}}
