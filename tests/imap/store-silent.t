# RFC 3501, 6.4.6: .SILENT: no FETCH for what the client did itself
login
messages INBOX 2
old INBOX
open INBOX
C: a1 STORE 1:2 +FLAGS.SILENT (\Seen)
S: a1 OK {{text}}
C: a2 STORE 1 FLAGS.SILENT (\Flagged)
S: a2 OK {{text}}
C: a3 STORE 2 -FLAGS.SILENT (\Seen)
S: a3 OK {{text}}
C: a4 NOOP
S: a4 OK {{text}}
C: a5 FETCH 1:2 FLAGS
S: * 1 FETCH (FLAGS (\Flagged))
S: * 2 FETCH (FLAGS ())
S: a5 OK {{text}}
