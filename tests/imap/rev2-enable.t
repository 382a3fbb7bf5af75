# RFC 9051 6.3.1: IMAP4rev2 is enabled, and the capabilities stay the same
login
C: a1 CAPABILITY
S: * CAPABILITY {{capabilities=text}}
S: a1 OK {{text}}
C: t1 ENABLE imap4REV2
S: * ENABLED IMAP4rev2
S: t1 OK {{text}}
C: t2 CAPABILITY
S: * CAPABILITY {{$capabilities}}
S: t2 OK {{text}}
C: t3 ENABLE IMAP4rev2 X-GOOD-IDEA
S: * ENABLED
S: t3 OK {{text}}
C: t4 ENABLE
S: t4 BAD {{text}}
