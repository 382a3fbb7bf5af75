# RFC 3501, 5.5: commands in one go, answered in order
user anna secret
C: a1 LOGIN anna secret
| a2 CREATE Work
| a3 STATUS Work (MESSAGES)
| a4 SELECT Work
| a5 APPEND Work {14+}
| Subject: x
|
|
| a6 FETCH 1 (RFC822.SIZE)
| a7 LOGOUT
S: a1 OK {{text}}
S: a2 OK {{text}}
S: * STATUS {{astring:Work}} (MESSAGES 0)
S: a3 OK {{text}}
S*: * 0 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S*: * OK [UIDNEXT 1] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S: a4 OK [READ-WRITE] {{text}}
S: * 1 EXISTS
S: * 1 RECENT
S: a5 OK [APPENDUID {{uidvalidity}} 1] {{text}}
S: * 1 FETCH (RFC822.SIZE 14)
S: a6 OK {{text}}
S: * BYE {{text}}
S: a7 OK {{text}}
closed
