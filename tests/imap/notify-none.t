# RFC 5465, 3.1: who wants to hear of nothing hears nothing, but of what it does itself
login
messages INBOX 3
mailbox other
old INBOX
open INBOX
C: a1 NOTIFY NONE
S: a1 OK {{text}}
messages other 1
messages INBOX 1
do SELECT INBOX
do STORE 1 +FLAGS.SILENT (\Deleted)
do EXPUNGE
C: a2 NOOP
S: a2 OK {{text}}
C: a3 FETCH 1:* (UID)
S*: * 2 FETCH (UID 2)
S*: * 3 FETCH (UID 3)
S: a3 NO [EXPUNGEISSUED] {{text}}
C: a4 IDLE
S: + {{any}}
do STORE 1 +FLAGS (\Flagged)
C: DONE
S: a4 OK {{text}}
# its own doing: the numbers are right again
C: a5 STORE 3 +FLAGS (\Deleted)
S: * 3 FETCH (FLAGS (\Deleted))
S: a5 OK {{text}}
C: a6 UID EXPUNGE 3
S*: * 3 EXPUNGE
S*: * 1 EXPUNGE
S: * 2 EXISTS
S: * {{number}} RECENT
S: * 1 FETCH (UID 2 FLAGS (\Flagged))
S: a6 OK {{text}}
# a group for others is SELECTED NONE; NOTIFY SET tells what has gathered, as NOOP does
messages INBOX 1
do STORE 1 -FLAGS (\Flagged)
C: b1 NOTIFY SET (MAILBOXES other (MessageNew MessageExpunge))
S: * 3 EXISTS
S: * {{number}} RECENT
S: * 1 FETCH (UID 2 FLAGS ())
S: b1 OK {{text}}
messages INBOX 1
messages other 1
S: * STATUS other (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {{number}})
C: b2 NOOP
S: b2 OK {{text}}
C: b3 NOTIFY SET (SELECTED NONE) (MAILBOXES other NONE)
S: * 4 EXISTS
S: * {{number}} RECENT
S: b3 OK {{text}}
messages INBOX 1
messages other 1
C: b4 NOOP
S: b4 OK {{text}}
