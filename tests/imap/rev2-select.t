# RFC 9051 6.3.2 and 6.3.3: what SELECT tells, in both revisions side by side
login
messages INBOX 3
do CREATE Drafts
# revision 1
C: a1 SELECT Inbox
S: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft)
S: * OK [PERMANENTFLAGS (\Seen \Answered \Flagged \Deleted \Draft \*)] {{text}}
S: * 3 EXISTS
S: * 3 RECENT
S: * OK [UNSEEN 1] {{text}}
S: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S: * OK [UIDNEXT 4] {{text}}
S: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * OK [MAILBOXID ({{text}})] {{text}}
S: a1 OK [READ-WRITE] {{text}}
C: a2 FETCH 1 (FLAGS)
S: * 1 FETCH (FLAGS (\Recent))
S: a2 OK {{text}}
C: a3 SEARCH ALL
S: * SEARCH 1 2 3
S: a3 OK {{text}}
C: a4 UNSELECT
S: a4 OK {{text}}
# revision 2, on another connection
messages INBOX 1
C2: b0 ENABLE IMAP4rev2
S2: * ENABLED IMAP4rev2
S2: b0 OK {{text}}
C2: b1 SELECT Inbox
S2: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft)
S2: * OK [PERMANENTFLAGS (\Seen \Answered \Flagged \Deleted \Draft \*)] {{text}}
S2: * 4 EXISTS
S2: * LIST (\HasNoChildren) "/" INBOX ("OLDNAME" (Inbox))
S2: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S2: * OK [UIDNEXT 5] {{text}}
S2: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S2: * OK [MAILBOXID ({{text}})] {{text}}
S2: b1 OK [READ-WRITE] {{text}}
C2: b2 FETCH 4 (FLAGS)
S2: * 4 FETCH (FLAGS ())
S2: b2 OK {{text}}
C2: b3 STORE 4 +FLAGS (\Seen)
S2: * 4 FETCH (FLAGS (\Seen))
S2: b3 OK {{text}}
messages INBOX 1
C2: b4 NOOP
S2: * 5 EXISTS
S2: b4 OK {{text}}
C2: b5 EXAMINE Drafts
S2: * OK [CLOSED] {{text}}
S2: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft)
S2: * OK [PERMANENTFLAGS ()] {{text}}
S2: * 0 EXISTS
S2: * LIST (\HasNoChildren) "/" Drafts
S2: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S2: * OK [UIDNEXT 1] {{text}}
S2: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S2: * OK [MAILBOXID ({{text}})] {{text}}
S2: b5 OK [READ-ONLY] {{text}}
C2: b6 SELECT nowhere
S2: * OK [CLOSED] {{text}}
S2: b6 NO [NONEXISTENT] {{text}}
C2: b7 FETCH 1 FLAGS
S2: b7 BAD {{text}}
