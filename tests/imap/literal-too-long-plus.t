# the same with LITERAL+
login
limit literal 1000
C: a1 SELECT {100000000+}
S: * BYE [TOOBIG] {{text}}
closed
