# RFC 3501, 7.1: the server greets first
user anna secret
S: * OK [CAPABILITY IMAP4rev1 {{text}}] {{text}}
C: a1 NOOP
S: a1 OK {{text}}
