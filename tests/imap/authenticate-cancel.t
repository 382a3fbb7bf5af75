# RFC 3501, 6.2.2: "*" ends the exchange with BAD
user anna secret
C: a1 AUTHENTICATE PLAIN
S: + 
L: *
S: a1 BAD {{text}}
C: a2 AUTHENTICATE LOGIN
S: + {{any}}
L: YW5uYQ==
S: + {{any}}
L: *
S: a2 BAD {{text}}
C: a3 LOGIN anna secret
S: a3 OK {{text}}
