# RFC 7888, 5: LITERAL- in place of LITERAL+
user anna secret
literal-minus
C: a1 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:LITERAL- !LITERAL+}}
S: a1 OK {{text}}
