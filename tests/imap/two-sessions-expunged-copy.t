# RFC 2180, 4.4: COPY and MOVE of what is gone
login
messages INBOX 3
mailbox Other
old INBOX
open INBOX
open2 INBOX
C: a1 STORE 2:3 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 UID EXPUNGE 2
S: * 2 EXPUNGE
S: a2 OK {{text}}
C2: b1 COPY 2 Other
S2: * 2 EXPUNGE
S2*: * 2 FETCH (UID 3 FLAGS (\Deleted))
S2: b1 NO [EXPUNGEISSUED] {{text}}
C: a3 EXPUNGE
S: * 2 EXPUNGE
S: a3 OK {{text}}
C2: b2 UID COPY 3 Other
S2: * 2 EXPUNGE
S2: b2 OK {{text}}
C2: b3 STATUS Other (MESSAGES)
S2: * STATUS Other (MESSAGES 0)
S2: b3 OK {{text}}
C: a4 STORE 1 +FLAGS.SILENT (\Deleted)
S: a4 OK {{text}}
C: a5 EXPUNGE
S: * 1 EXPUNGE
S: a5 OK {{text}}
C2: b4 MOVE 1 Other
S2: * 1 EXPUNGE
S2: b4 NO [EXPUNGEISSUED] {{text}}
