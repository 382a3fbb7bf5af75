# the end of the line need not come for that
user anna secret
limit line 1000
C~: a1 LOGIN anna {{repeat 2000 x}}
S: * BYE [TOOBIG] {{text}}
closed
