# RFC 3501, 6.3.3
login
C: A003 CREATE owatagusiam/
S: A003 OK {{text}}
C: A004 CREATE owatagusiam/blurdybloop
S: A004 OK {{text}}
C: A005 LIST "" "owatagusiam*"
S*: * LIST ({{any}}\HasChildren{{any}}) "/" {{astring:owatagusiam}}
S*: * LIST (\HasNoChildren) "/" {{astring:owatagusiam/blurdybloop}}
S: A005 OK {{text}}
C: A006 SELECT owatagusiam/blurdybloop
S*: * 0 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 1] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: A006 OK [READ-WRITE] {{text}}
