# a line over the limit ends the connection
user anna secret
limit line 1000
C: a1 LOGIN anna {{repeat 2000 x}}
S: * BYE [TOOBIG] {{text}}
closed
