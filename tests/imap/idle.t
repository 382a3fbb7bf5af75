# RFC 2177, 3
login
messages INBOX 1
old INBOX
open INBOX
C: A002 IDLE
S: + {{any}}
messages INBOX 1
S*: * 2 EXISTS
S*: * 1 RECENT
do SELECT INBOX
do STORE 1 +FLAGS (\Deleted)
S: * 1 FETCH ({{any}}FLAGS (\Deleted){{any}})
do EXPUNGE
S: * 1 EXPUNGE
do UNSELECT
C: DONE
S: A002 OK {{text}}
C: A003 NOOP
S: A003 OK {{text}}
