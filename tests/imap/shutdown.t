# the server stops: BYE, idling or not
login
open INBOX
C2: b1 IDLE
S2: + {{any}}
connect
shutdown
S: * BYE {{text}}
closed
shutdown2
S2: * BYE {{text}}
closed2
