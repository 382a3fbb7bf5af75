# messages that become the same are changed together: those between them are left alone
login
messages INBOX 7
old INBOX
open INBOX
C: a1 STORE 2,4:5,7 +FLAGS.SILENT (\Deleted work)
S: * FLAGS {{text}}
S: * OK [PERMANENTFLAGS {{text}}
S: a1 OK {{text}}
C: a2 FETCH 1:* FLAGS
S: * 1 FETCH (FLAGS ())
S: * 2 FETCH (FLAGS (\Deleted work))
S: * 3 FETCH (FLAGS ())
S: * 4 FETCH (FLAGS (\Deleted work))
S: * 5 FETCH (FLAGS (\Deleted work))
S: * 6 FETCH (FLAGS ())
S: * 7 FETCH (FLAGS (\Deleted work))
S: a2 OK {{text}}
# three of these have it already
C: a3 STORE 1:6 +FLAGS.SILENT (\Deleted)
S: a3 OK {{text}}
C: a4 FETCH 1:* FLAGS
S: * 1 FETCH (FLAGS (\Deleted))
S: * 2 FETCH (FLAGS (\Deleted work))
S: * 3 FETCH (FLAGS (\Deleted))
S: * 4 FETCH (FLAGS (\Deleted work))
S: * 5 FETCH (FLAGS (\Deleted work))
S: * 6 FETCH (FLAGS (\Deleted))
S: * 7 FETCH (FLAGS (\Deleted work))
S: a4 OK {{text}}
C: a5 STORE 3:* FLAGS.SILENT (\Seen)
S: a5 OK {{text}}
C: a6 STORE 2:4 -FLAGS.SILENT (work \Seen)
S: a6 OK {{text}}
C: a7 FETCH 1:* FLAGS
S: * 1 FETCH (FLAGS (\Deleted))
S: * 2 FETCH (FLAGS (\Deleted))
S: * 3 FETCH (FLAGS ())
S: * 4 FETCH (FLAGS ())
S: * 5 FETCH (FLAGS (\Seen))
S: * 6 FETCH (FLAGS (\Seen))
S: * 7 FETCH (FLAGS (\Seen))
S: a7 OK {{text}}
C: a8 CLOSE
S: a8 OK {{text}}
open INBOX
C: a9 FETCH 1:* FLAGS
S: * 1 FETCH (FLAGS ())
S: * 2 FETCH (FLAGS ())
S: * 3 FETCH (FLAGS (\Seen))
S: * 4 FETCH (FLAGS (\Seen))
S: * 5 FETCH (FLAGS (\Seen))
S: a9 OK {{text}}
