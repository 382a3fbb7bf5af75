# before sign-in literals are short
user anna secret
limit literal-before-sign-in 100
C: a1 LOGIN {101}
S: * BYE [TOOBIG] {{text}}
closed
C2: b1 LOGIN {4}
S2: + {{any}}
L2: anna {6}
S2: + {{any}}
L2: secret
S2: b1 OK {{text}}
