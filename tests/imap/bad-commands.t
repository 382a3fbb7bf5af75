# too many BAD in a row: BYE
user anna secret
limit bad-commands 3
C: a1 X
S: a1 BAD {{text}}
C: a2 Y
S: a2 BAD {{text}}
C: a3 NOOP
S: a3 OK {{text}}
C: a4 X
S: a4 BAD {{text}}
C: a5 Y
S: a5 BAD {{text}}
C: a6 Z
S: a6 BAD {{text}}
S: * BYE {{text}}
closed
