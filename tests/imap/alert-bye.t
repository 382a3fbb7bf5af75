# an update that ends connections
login
open INBOX
C: a1 IDLE
S: + {{any}}
bye Going down
S: * BYE Going down
closed
