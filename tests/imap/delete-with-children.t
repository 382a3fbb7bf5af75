# RFC 3501, 6.3.4: the children stay, and so does the name
login
mailbox foo
mailbox foo/bar
messages foo 2
C: A684 DELETE foo
S: A684 OK {{text}}
C: A685 LIST "" foo*
S*: * LIST ({{set:\Noselect \HasChildren}}) "/" {{astring:foo}}
S*: * LIST (\HasNoChildren) "/" {{astring:foo/bar}}
S: A685 OK {{text}}
C: A686 SELECT foo
S: A686 NO [NONEXISTENT] {{text}}
C: A687 DELETE foo
S: A687 NO [HASCHILDREN] {{text}}
C: A688 SELECT foo/bar
S*: * 0 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 1] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: A688 OK [READ-WRITE] {{text}}
