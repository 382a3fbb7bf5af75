login
open INBOX
C: a1 IDLE
S: + {{any}}
expire
S: * BYE {{text}}
closed
