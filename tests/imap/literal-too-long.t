# a literal that is no message, over the limit: the end, before its bytes are sent
login
limit literal 1000
C: a1 SELECT {1001}
S: * BYE [TOOBIG] {{text}}
closed
C2: b1 SELECT {1000}
S2: + {{any}}
L2: {{repeat 1000 x}}
S2: b1 NO {{text}}
C2: b2 NOOP
S2: b2 OK {{text}}
