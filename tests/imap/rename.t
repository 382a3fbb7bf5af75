# RFC 3501, 6.3.5
login
mailbox blurdybloop
mailbox foo
mailbox foo/bar
messages foo/bar 2
C: A683 RENAME blurdybloop sarasoop
S: A683 OK {{text}}
C: A684 RENAME foo zowie
S: A684 OK {{text}}
C: A685 LIST "" *
S*: * LIST (\HasNoChildren) "/" {{astring:sarasoop}}
S*: * LIST (\HasChildren) "/" {{astring:zowie}}
S*: * LIST (\HasNoChildren) "/" {{astring:zowie/bar}}
S*: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S: A685 OK {{text}}
C: A686 STATUS zowie/bar (MESSAGES)
S: * STATUS {{astring:zowie/bar}} (MESSAGES 2)
S: A686 OK {{text}}
