# RFC 3501, 6.3.5: the messages move; INBOX stays, and its children too
login
messages INBOX 3
mailbox INBOX/bar
C: Z432 RENAME INBOX old-mail
S: Z432 OK {{text}}
C: Z433 LIST "" *
S*: * LIST (\HasChildren) "/" {{astring:INBOX}}
S*: * LIST (\HasNoChildren) "/" {{astring:INBOX/bar}}
S*: * LIST (\HasNoChildren) "/" {{astring:old-mail}}
S: Z433 OK {{text}}
C: Z434 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 0)
S: Z434 OK {{text}}
C: Z435 STATUS old-mail (MESSAGES)
S: * STATUS {{astring:old-mail}} (MESSAGES 3)
S: Z435 OK {{text}}
