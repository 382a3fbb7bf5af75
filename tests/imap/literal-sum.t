# the literals of one command have a limit together
login
limit literal 10000
open INBOX
C: a1 SEARCH TEXT {6000}
S: + {{any}}
L: {{repeat 6000 x}} TEXT {4001+}
S: * BYE [TOOBIG] {{text}}
closed
