# one mailbox after another
login
messages INBOX 2
mailbox Work
messages Work 1
old INBOX
old Work
C: a1 SELECT INBOX
S*: * 2 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{v=uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 3] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a1 OK [READ-WRITE] {{text}}
C: a2 SELECT Work
S?: * OK [CLOSED] {{text}}
S*: * 1 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 2] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a2 OK [READ-WRITE] {{text}}
C: a3 FETCH 2 FLAGS
S: a3 BAD {{text}}
# the UID validity of a mailbox lasts
C: a4 STATUS INBOX (UIDVALIDITY)
S: * STATUS {{astring:INBOX}} (UIDVALIDITY {{$v}})
S: a4 OK {{text}}
