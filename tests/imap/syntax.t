# bad input is answered with BAD, and the connection goes on
user anna secret
limit bad-commands 100
C: 
S: * BAD {{text}}
C: a1
S: a1 BAD {{text}}
C: a2 
S: a2 BAD {{text}}
C: a3 FROBNICATE
S: a3 BAD {{text}}
C: a4 UID
S: a4 BAD {{text}}
C:  a5 NOOP
S: * BAD {{text}}
C: a6  NOOP
S: a6 BAD {{text}}
C: a7 NOOP\x00
S: {{any}} BAD {{text}}
C: a8 LOGIN "anna secret
S: a8 BAD {{text}}
C: a9 LOGIN anna\x01 secret
S: a9 BAD {{text}}
C: a10 LOGIN anna
S: a10 BAD {{text}}
C: a11 LOGIN anna secret more
S: a11 BAD {{text}}
C: a12 NOOP
S: a12 OK {{text}}
