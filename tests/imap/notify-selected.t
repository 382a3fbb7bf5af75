# RFC 5465, 6.1.1: SELECTED tells all at once, also that messages are gone
login
messages INBOX 3
old INBOX
open INBOX
C: a1 NOTIFY SET (SELECTED (MessageNew (UID FLAGS) MessageExpunge FlagChange))
S: a1 OK {{text}}
messages INBOX 1
S: * 4 EXISTS
S: * {{number}} RECENT
S: * 4 FETCH (UID 4 FLAGS ({{any}}))
do SELECT INBOX
do STORE 2 +FLAGS (\Flagged)
S: * 2 FETCH (UID 2 FLAGS (\Flagged))
do STORE 1 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 1 FLAGS (\Deleted))
do EXPUNGE
S: * 1 EXPUNGE
# in the middle of a literal, too
C: a2 SEARCH SUBJECT {3}
S: + {{any}}
do STORE 1 -FLAGS (\Flagged)
S: * 1 FETCH (UID 2 FLAGS ())
C: foo
S: * SEARCH
S: a2 OK {{text}}
# what the client itself puts there is not told with its items
C: a3 APPEND INBOX {4+}
| a: b
S: * 4 EXISTS
S: * {{number}} RECENT
S: a3 OK [APPENDUID {{number}} 5] {{text}}
C: a4 COPY 1 INBOX
S: * 5 EXISTS
S: * {{number}} RECENT
S: a4 OK [COPYUID {{number}} 2 6] {{text}}
messages INBOX 1
S: * 6 EXISTS
S: * {{number}} RECENT
S: * 6 FETCH (UID 7 FLAGS ({{any}}))
# what it does itself is told by its commands, and once
C: a5 STORE 1 +FLAGS (\Deleted)
S: * 1 FETCH (FLAGS (\Deleted))
S: a5 OK {{text}}
C: a6 EXPUNGE
S: * 1 EXPUNGE
S: a6 OK {{text}}
# another mailbox is selected: then it is that one
mailbox other
open other
messages INBOX 1
messages other 1
S: * 1 EXISTS
S: * {{number}} RECENT
S: * 1 FETCH (UID 1 FLAGS ({{any}}))
C: a7 UNSELECT
S: a7 OK {{text}}
messages other 1
C: a8 NOOP
S: a8 OK {{text}}
