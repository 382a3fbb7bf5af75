# Another session sees one step; what another expunged cannot be replaced
login
messages INBOX 3
open INBOX
C2: b1 SELECT INBOX
S2?: * FLAGS {{text}}
S2?: * OK [PERMANENTFLAGS {{text}}
S2: * 3 EXISTS
S2?: * {{number}} RECENT
S2?: * OK [UNSEEN {{text}}
S2?: * OK [UIDVALIDITY {{text}}
S2?: * OK [UIDNEXT {{text}}
S2?: * OK [HIGHESTMODSEQ {{text}}
S2?: * OK [MAILBOXID {{text}}
S2: b1 OK [READ-WRITE] {{text}}
C2: b2 IDLE
S2: + {{text}}
C: a1 REPLACE 3 INBOX (\Seen) {5+}
| hello
S: * OK [APPENDUID {{number}} 4] {{text}}
S: * 3 EXPUNGE
S: * 3 EXISTS
S: * {{number}} RECENT
S: a1 OK {{text}}
S2: * 3 EXPUNGE
S2: * 3 EXISTS
S2: * {{number}} RECENT
C2: DONE
S2: b2 OK {{text}}
C2: b3 STORE 1 +FLAGS.SILENT (\Deleted)
S2: b3 OK {{text}}
C2: b4 EXPUNGE
S2: * 1 EXPUNGE
S2: b4 OK {{text}}
C: a2 REPLACE 1 INBOX {5+}
| hello
S: * 1 EXPUNGE
S: a2 NO [EXPUNGEISSUED] {{text}}
C: a3 UID SEARCH ALL
S: * SEARCH 2 4
S: a3 OK {{text}}
