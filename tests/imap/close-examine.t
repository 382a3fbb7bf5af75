# CLOSE after EXAMINE expunges nothing
login
messages INBOX 1
do SELECT INBOX
do STORE 1 +FLAGS (\Deleted)
do UNSELECT
examine INBOX
C: a1 CLOSE
S: a1 OK {{text}}
C: a2 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 1)
S: a2 OK {{text}}
