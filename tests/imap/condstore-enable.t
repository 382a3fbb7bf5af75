# RFC 7162 section 3.1.2.1, RFC 5161: enabling while a mailbox is selected tells what the client knows
login
messages INBOX 2
old INBOX
C: a1 SELECT INBOX
S*: * 2 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 3] {{text}}
S*: * OK [HIGHESTMODSEQ {{m=number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a1 OK [READ-WRITE] {{text}}
do SELECT INBOX
do STORE 1 +FLAGS.SILENT (\Flagged)
C: a2 ENABLE CONDSTORE
S: * OK [HIGHESTMODSEQ {{$m}}] {{text}}
S: * ENABLED CONDSTORE
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ ({{number}}))
S: a2 OK {{text}}
# CONDSTORE alone: still EXPUNGE
C: a3 STORE 1 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 1 MODSEQ ({{number}}))
S: a3 OK {{text}}
C: a4 EXPUNGE
S: * 1 EXPUNGE
S: a4 OK [HIGHESTMODSEQ {{number}}] {{text}}
