# an EXAMINE session is told all the same
login
messages INBOX 2
old INBOX
open INBOX
examine2 INBOX
C: a1 STORE 1 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C2: b1 NOOP
S2: * 1 FETCH ({{any}}FLAGS (\Deleted){{any}})
S2: b1 OK {{text}}
C: a2 EXPUNGE
S: * 1 EXPUNGE
S: a2 OK {{text}}
C2: b2 NOOP
S2: * 1 EXPUNGE
S2: b2 OK {{text}}
