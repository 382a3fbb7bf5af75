# a SASL answer over the limit ends the connection
user anna secret
limit line 1000
C: a1 AUTHENTICATE PLAIN
S: + 
L: {{repeat 3000 QUFB}}
S: * BYE [TOOBIG] {{text}}
closed
