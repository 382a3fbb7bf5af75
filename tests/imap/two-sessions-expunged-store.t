# RFC 2180, 4.2: STORE on a message that is gone
login
messages INBOX 3
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 2 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 EXPUNGE
S: * 2 EXPUNGE
S: a2 OK {{text}}
C2: b1 STORE 2 +FLAGS.SILENT (\Seen)
S2: b1 OK {{text}}
C2: b2 STORE 1:3 +FLAGS (\Seen)
S2: * 1 FETCH (FLAGS (\Seen))
S2: * 3 FETCH (FLAGS (\Seen))
S2: b2 NO [EXPUNGEISSUED] {{text}}
C2: b3 NOOP
S2: * 2 EXPUNGE
S2: b3 OK {{text}}
