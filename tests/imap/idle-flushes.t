# what is waiting is told when IDLE begins
login
messages INBOX 2
old INBOX
open INBOX
do SELECT INBOX
do STORE 1 +FLAGS.SILENT (\Deleted)
do EXPUNGE
do UNSELECT
messages INBOX 1
C: a1 IDLE
S*: + {{any}}
S*: * 1 EXPUNGE
S*: * 2 EXISTS
S*: * {{number}} RECENT
C: DONE
S: a1 OK {{text}}
