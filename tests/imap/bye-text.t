# a text that a backend wrote does not pass for a response code
login
open INBOX
C: a1 IDLE
S: + {{any}}
bye [ALERT] Going down
S: * BYE -[ALERT] Going down
closed
