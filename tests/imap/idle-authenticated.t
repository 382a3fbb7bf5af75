# without a mailbox there is nothing to tell
login
C: a1 IDLE
S: + {{any}}
messages INBOX 1
C: done
S: a1 OK {{text}}
