# RFC 8437, 4.1: compression ends with it, and may begin anew
user anna secret
deflate
C: a1 LOGIN anna secret
S: a1 OK [CAPABILITY {{text}}] {{text}}
C: a2 COMPRESS DEFLATE
S: a2 OK {{text}}
switch
C: a3 UNAUTHENTICATE
S: a3 OK [CAPABILITY {{text}}] {{text}}
switch
C: a4 LOGIN anna secret
S: a4 OK [CAPABILITY {{with:COMPRESS=DEFLATE}}] {{text}}
C: a5 COMPRESS DEFLATE
S: a5 OK {{text}}
switch
C: a6 NOOP
S: a6 OK {{text}}
