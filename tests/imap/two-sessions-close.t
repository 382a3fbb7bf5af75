# CLOSE of one session expunges for the other
login
messages INBOX 2
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 CLOSE
S: a2 OK {{text}}
C2: b1 NOOP
S2?: * 1 FETCH {{text}}
S2: * 1 EXPUNGE
S2: b1 OK {{text}}
