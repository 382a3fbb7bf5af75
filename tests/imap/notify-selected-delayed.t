# RFC 5465, 6.1.2: SELECTED-DELAYED tells that messages are gone only with a command that allows it, or in IDLE
login
messages INBOX 3
old INBOX
open INBOX
C: a1 NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange))
S: a1 OK {{text}}
messages INBOX 1
S: * 4 EXISTS
S: * {{number}} RECENT
do SELECT INBOX
do STORE 1 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 1 FLAGS (\Deleted))
do EXPUNGE
C: a2 FETCH 2 (UID)
S: * 2 FETCH (UID 2)
S: a2 OK {{text}}
do STORE 1 +FLAGS (\Flagged)
S: * 2 FETCH (UID 2 FLAGS (\Flagged))
C: a3 NOOP
S: * 1 EXPUNGE
S: a3 OK {{text}}
do STORE 1 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 2 FLAGS (\Flagged \Deleted))
do EXPUNGE
messages INBOX 1
C: a4 IDLE
S: + {{any}}
S: * 1 EXPUNGE
S: * 3 EXISTS
S: * {{number}} RECENT
do STORE 1 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 3 FLAGS (\Deleted))
do EXPUNGE
S: * 1 EXPUNGE
C: DONE
S: a4 OK {{text}}
