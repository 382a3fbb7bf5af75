# no UNSEEN when there is nothing unseen
login
C: a1 SELECT inbox
S*: * 0 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 1] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a1 OK [READ-WRITE] {{text}}
