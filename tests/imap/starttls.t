# RFC 3501, 6.2.1
user anna secret
starttls
insecure-auth no
C: a001 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:STARTTLS LOGINDISABLED !AUTH=PLAIN}}
S: a001 OK {{text}}
C: a002 STARTTLS
S: a002 OK {{text}}
handshake
C: a003 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:AUTH=PLAIN !STARTTLS !LOGINDISABLED}}
S: a003 OK {{text}}
C: a004 LOGIN anna secret
S: a004 OK {{text}}
