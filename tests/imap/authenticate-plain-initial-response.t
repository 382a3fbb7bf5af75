# RFC 4959
user anna secret
C: a1 AUTHENTICATE PLAIN AGFubmEAc2VjcmV0
S: a1 OK [CAPABILITY IMAP4rev1 {{text}}] {{text}}
