# deleted and created again under the same name: the old selection ends, the new mailbox is another one
login
mailbox Work
messages Work 2
open Work
C2: b1 DELETE Work
S2: b1 OK {{text}}
C2: b2 CREATE Work
S2: b2 OK {{text}}
messages Work 1
C: a1 NOOP
S: * OK [CLOSED] {{text}}
S: a1 OK {{text}}
C: a2 SELECT Work
S*: * 1 EXISTS
S*: * 1 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 2] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a2 OK [READ-WRITE] {{text}}
