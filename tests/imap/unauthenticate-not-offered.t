# RFC 8437, 8: it can be turned off
user anna secret
no-unauthenticate
C: a1 LOGIN anna secret
S: a1 OK [CAPABILITY {{with:!UNAUTHENTICATE}}] {{text}}
C: a2 UNAUTHENTICATE
S: a2 BAD {{text}}
open INBOX
