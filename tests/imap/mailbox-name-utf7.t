# RFC 3501, 5.1.3: modified UTF-7
login
C: a1 CREATE ~peter/mail/&U,BTFw-/&ZeVnLIqe-
S: a1 OK {{text}}
C: a2 LIST "" ~peter/mail/&U,BTFw-/*
S: * LIST (\HasNoChildren) "/" {{astring:~peter/mail/&U,BTFw-/&ZeVnLIqe-}}
S: a2 OK {{text}}
C: a3 CREATE "R&AOk-sum&AOk-"
S: a3 OK {{text}}
C: a4 STATUS R&AOk-sum&AOk- (MESSAGES)
S: * STATUS {{astring:R&AOk-sum&AOk-}} (MESSAGES 0)
S: a4 OK {{text}}
C: a5 CREATE "You &- me"
S: a5 OK {{text}}
C: a6 LIST "" "You*"
S: * LIST (\HasNoChildren) "/" "You &- me"
S: a6 OK {{text}}
