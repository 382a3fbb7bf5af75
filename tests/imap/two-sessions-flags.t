# RFC 3501, 7.4.2: flags that another session changed are told, one's own silent ones are not
login
messages INBOX 2
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 1 +FLAGS.SILENT (\Flagged)
S: a1 OK {{text}}
C: a2 NOOP
S: a2 OK {{text}}
C2: b1 NOOP
S2: * 1 FETCH ({{any}}FLAGS (\Flagged){{any}})
S2: b1 OK {{text}}
# told once
C2: b2 NOOP
S2: b2 OK {{text}}
C2: b3 STORE 1 -FLAGS (\Flagged)
S2: * 1 FETCH (FLAGS ())
S2: b3 OK {{text}}
C: a3 SEARCH FLAGGED
S: * SEARCH
S: * 1 FETCH ({{any}}FLAGS (){{any}})
S: a3 OK {{text}}
