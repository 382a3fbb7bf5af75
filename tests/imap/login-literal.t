# literals anywhere an astring may stand (RFC 3501, 4.3)
user anna secret
C: A001 LOGIN {4}
S: + {{any}}
L: anna {6}
S: + {{any}}
L: secret
S: A001 OK {{text}}
