# numbers that are no size
user anna secret
C: a1 LOGIN {99999999999999999999}
S: * BYE [TOOBIG] {{text}}
closed
C2: b1 LOGIN {}
S2: b1 BAD {{text}}
C2: b2 LOGIN {-1}
S2: b2 BAD {{text}}
C2: b3 LOGIN {1x}
S2: b3 BAD {{text}}
C2: b4 NOOP
S2: b4 OK {{text}}
