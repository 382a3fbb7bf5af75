# RFC 3501, 6.1.3
user anna secret
C: A023 LOGOUT
S: * BYE {{text}}
S: A023 OK {{text}}
closed
