# the selected mailbox goes away while NOTIFY listens
login
mailbox A
open A
C: a1 NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (PERSONAL (MailboxName))
S: a1 OK {{text}}
do DELETE A
S*: * OK [CLOSED] {{text}}
S*: * LIST (\NonExistent \HasNoChildren) "/" A
C: a2 CHECK
S: a2 BAD {{text}}
# the end of the server is told, too
shutdown
S: * BYE {{text}}
closed
