# RFC 3501, 6.3.1
login
messages INBOX 3
do SELECT INBOX
do STORE 1 FLAGS.SILENT (\Seen)
do UNSELECT
messages INBOX 2
C: A142 SELECT INBOX
S*: * 5 EXISTS
S*: * 2 RECENT
S*: * FLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft}})
S*: * OK [UNSEEN 2] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 6] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft \*}})] {{text}}
S: A142 OK [READ-WRITE] {{text}}
