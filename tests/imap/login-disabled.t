# RFC 3501, 6.2.3 and 7.2.1; RFC 5530, 3: no password in clear
user anna secret
insecure-auth no
S: * OK [CAPABILITY IMAP4rev1 {{with:LOGINDISABLED !AUTH=PLAIN !AUTH=LOGIN !STARTTLS}}] {{text}}
C: a1 LOGIN anna secret
S: a1 NO [PRIVACYREQUIRED] {{text}}
C: a2 AUTHENTICATE PLAIN AGFubmEAc2VjcmV0
S: a2 NO [PRIVACYREQUIRED] {{text}}
C: a3 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:LOGINDISABLED !AUTH=PLAIN !AUTH=LOGIN !STARTTLS}}
S: a3 OK {{text}}
