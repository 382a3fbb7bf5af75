# a text for the user, and that it is over, do not wait for a command
login
C: a1 NOTIFY SET (MAILBOXES INBOX (MessageNew MessageExpunge))
S: a1 OK {{text}}
alert Disk nearly full
S: * OK [ALERT] Disk nearly full
trim
messages INBOX 1
S: * STATUS INBOX ({{any}})
bye Go home
S: * BYE {{text}}
closed
