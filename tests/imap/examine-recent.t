# \Recent stays for the session that selects, and only the first one gets it
login
messages INBOX 1
examine INBOX
C: a1 FETCH 1 FLAGS
S: * 1 FETCH (FLAGS (\Recent))
S: a1 OK {{text}}
C2: b1 SELECT INBOX
S2*: * 1 EXISTS
S2*: * 1 RECENT
S2*: * FLAGS ({{text}})
S2*: * OK [UNSEEN 1] {{text}}
S2*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S2*: * OK [UIDNEXT 2] {{text}}
S2*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S2*: * OK [MAILBOXID ({{text}})] {{text}}
S2*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S2: b1 OK [READ-WRITE] {{text}}
C3: c1 SELECT INBOX
S3*: * 1 EXISTS
S3*: * 0 RECENT
S3*: * FLAGS ({{text}})
S3*: * OK [UNSEEN 1] {{text}}
S3*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S3*: * OK [UIDNEXT 2] {{text}}
S3*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S3*: * OK [MAILBOXID ({{text}})] {{text}}
S3*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S3: c1 OK [READ-WRITE] {{text}}
