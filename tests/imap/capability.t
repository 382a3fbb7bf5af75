# RFC 3501, 6.1.1: before sign-in the ways to sign in are among the capabilities
user anna secret
tls
C: a1 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:AUTH=PLAIN AUTH=LOGIN SASL-IR LITERAL+ ID ENABLE !STARTTLS !LOGINDISABLED !LITERAL-}}
S: a1 OK {{text}}
C: a2 LOGIN anna secret
S: a2 OK [CAPABILITY IMAP4rev1 {{text}}] {{text}}
C: a3 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:LITERAL+ ID ENABLE NAMESPACE CHILDREN UNSELECT IDLE UIDPLUS MOVE STATUS=SIZE !LITERAL- !STARTTLS !LOGINDISABLED}}
S: a3 OK {{text}}
# in any case, and without arguments
C: a4 capability
S: * CAPABILITY IMAP4rev1 {{text}}
S: a4 OK {{text}}
C: a5 CAPABILITY all
S: a5 BAD {{text}}
