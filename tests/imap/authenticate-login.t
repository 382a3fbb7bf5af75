# the LOGIN mechanism: two questions
user anna secret
C: a1 AUTHENTICATE LOGIN
S: + {{text}}
L: YW5uYQ==
S: + {{text}}
L: c2VjcmV0
S: a1 OK {{text}}
