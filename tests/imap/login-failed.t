# RFC 3501, 6.2.3 and RFC 5530, 3
user anna secret
C: a1 LOGIN anna wrong
S: a1 NO [AUTHENTICATIONFAILED] {{text}}
C: a2 LOGIN nobody secret
S: a2 NO [AUTHENTICATIONFAILED] {{text}}
C: a3 LOGIN "" ""
S: a3 NO [AUTHENTICATIONFAILED] {{text}}
C: a4 LOGIN anna secret
S: a4 OK {{text}}
