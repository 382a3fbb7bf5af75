# RFC 3501, 6.2.2
user anna secret
C: a1 AUTHENTICATE KERBEROS_V4
S: a1 NO {{text}}
C: a2 AUTHENTICATE
S: a2 BAD {{text}}
C: a3 AUTHENTICATE GSSAPI
S: a3 NO {{text}}
