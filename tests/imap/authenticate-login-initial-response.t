# RFC 4959: the user name comes with the command, as curl does it
user anna secret
C: a1 AUTHENTICATE LOGIN YW5uYQ==
S: + {{text}}
L: c2VjcmV0
S: a1 OK {{text}}
C2: b1 AUTHENTICATE LOGIN YW5uYQ==
S2: + {{text}}
L2: *
S2: b1 BAD {{text}}
