# with TLS passwords are welcome
user anna secret
insecure-auth no
tls
S: * OK [CAPABILITY IMAP4rev1 {{with:AUTH=PLAIN !LOGINDISABLED}}] {{text}}
C: a1 LOGIN anna secret
S: a1 OK {{text}}
