# RFC 3501, 6.1.2
user anna secret
C: a1 NOOP
S: a1 OK {{text}}
C: a2 nOoP
S: a2 OK {{text}}
C: a3 NOOP now
S: a3 BAD {{text}}
C: a4 LOGIN anna secret
S: a4 OK {{text}}
C: a5 NOOP
S: a5 OK {{text}}
