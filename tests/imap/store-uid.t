# RFC 3501, 6.4.8: the answers name the UID; unknown UIDs are passed over
login
messages INBOX 3
do SELECT INBOX
do STORE 1 +FLAGS (\Deleted)
do CLOSE
open INBOX
C: a1 UID STORE 1,3,99 +FLAGS (\Seen)
S: * 2 FETCH ({{set:UID~3 FLAGS~(\Seen)}})
S: a1 OK {{text}}
C: a2 UID STORE 99 +FLAGS (\Seen)
S: a2 OK {{text}}
C: a3 UID STORE 2 +FLAGS.SILENT (\Seen)
S: a3 OK {{text}}
