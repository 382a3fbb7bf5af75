# mailbox names have case, but for INBOX
login
mailbox Work
C: a1 LIST "" work
S: a1 OK {{text}}
C: a2 LIST "" inbox
S: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S: a2 OK {{text}}
C: a3 LIST "" InB%
S: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S: a3 OK {{text}}
