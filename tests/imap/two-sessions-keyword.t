# a keyword that another session invented
login
messages INBOX 1
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 1 +FLAGS.SILENT ($New)
S?: * FLAGS {{text}}
S?: * OK [PERMANENTFLAGS {{text}}
S: a1 OK {{text}}
C2: b1 NOOP
S2*: * FLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft $New}})
S2*: * OK [PERMANENTFLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft $New \*}})] {{text}}
S2*: * 1 FETCH ({{any}}FLAGS ($New){{any}})
S2: b1 OK {{text}}
