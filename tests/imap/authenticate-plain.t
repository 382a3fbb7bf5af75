# RFC 3501, 6.2.2 and RFC 4616
user anna secret
C: a1 AUTHENTICATE PLAIN
S: + 
L: AGFubmEAc2VjcmV0
S: a1 OK [CAPABILITY IMAP4rev1 {{text}}] {{text}}
