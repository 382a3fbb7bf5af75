# RFC 5465, 5.1 to 5.3: STATUS of mailboxes that are not selected
login
mailbox A
mailbox B
messages A 2
messages B 1
old A
old B
open A
C: a1 NOTIFY SET STATUS (MAILBOXES (A INBOX nowhere) (MessageNew MessageExpunge)) (MAILBOXES B (MessageNew MessageExpunge FlagChange))
S: * STATUS INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {{number}})
S: * STATUS B (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {{number}} UNSEEN 1 HIGHESTMODSEQ {{number}})
S: a1 OK {{text}}
# of flags only where they were asked for; without CONDSTORE no mod-sequences
do SELECT B
do STORE 1 +FLAGS (\Seen)
S: * STATUS B (UIDVALIDITY {{number}} UNSEEN 0)
do SELECT A
do STORE 1 +FLAGS (\Deleted)
C: a2 UNSELECT
S: a2 OK {{text}}
do EXPUNGE
S: * STATUS A (MESSAGES 1 UIDNEXT 3 UIDVALIDITY {{number}})
do MOVE 1 B
S: * STATUS B (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {{number}} UNSEEN 1)
S: * STATUS A (MESSAGES 0 UIDNEXT 3 UIDVALIDITY {{number}})
do UNSELECT
# the client's own doing is not told
C: a3 APPEND B {4+}
| a: b
S: a3 OK {{text}}
C: a4 NOOP
S: a4 OK {{text}}
# with CONDSTORE there are mod-sequences
C: a5 ENABLE CONDSTORE
S: * ENABLED CONDSTORE
S: a5 OK {{text}}
messages INBOX 1
S: * STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {{number}} HIGHESTMODSEQ {{number}})
do SELECT B
do STORE 1 -FLAGS (\Seen)
S: * STATUS B (UIDVALIDITY {{number}} UNSEEN 3 HIGHESTMODSEQ {{number}})
do UNSELECT
# another UID validity is told
do DELETE B
do CREATE B
S: * STATUS B (UIDVALIDITY {{number}} UNSEEN 0 HIGHESTMODSEQ {{number}})
# the selected one is told by SELECTED alone, also when it is named
open INBOX
messages INBOX 1
C: a7 NOOP
S: a7 OK {{text}}
# in IDLE as well
C: a8 IDLE
S: + {{any}}
messages A 1
S: * STATUS A (MESSAGES 1 UIDNEXT 4 UIDVALIDITY {{number}} HIGHESTMODSEQ {{number}})
messages INBOX 1
C: DONE
S: a8 OK {{text}}
