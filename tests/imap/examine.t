# RFC 3501, 6.3.2: as SELECT, but nothing changes
login
messages INBOX 2
C: A932 EXAMINE INBOX
S*: * 2 EXISTS
S*: * 2 RECENT
S*: * FLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 3] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ()] {{text}}
S: A932 OK [READ-ONLY] {{text}}
