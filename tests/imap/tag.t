# RFC 3501, 9: a tag is an astring without "+"
user anna secret
C: a.1]-_ NOOP
S: a.1]-_ OK {{text}}
C: 1 NOOP
S: 1 OK {{text}}
C: a+1 NOOP
S: * BAD {{text}}
C: * NOOP
S: * BAD {{text}}
C: (a) NOOP
S: * BAD {{text}}
C: "a" NOOP
S: * BAD {{text}}
