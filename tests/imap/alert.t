# an update of the backend: * OK [ALERT]
login
open INBOX
C: a1 IDLE
S: + {{any}}
alert The disk is nearly full
S: * OK [ALERT] The disk is nearly full
C: DONE
S: a1 OK {{text}}
alert Now it is full
C: a2 NOOP
S: * OK [ALERT] Now it is full
S: a2 OK {{text}}
