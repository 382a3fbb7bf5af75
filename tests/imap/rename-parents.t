# RFC 3501, 6.3.5: missing superior names of the new name are created
login
mailbox one
messages one 1
C: a1 RENAME one a/b/c
S: a1 OK {{text}}
C: a2 STATUS a/b/c (MESSAGES)
S: * STATUS {{astring:a/b/c}} (MESSAGES 1)
S: a2 OK {{text}}
C: a3 LIST "" %
S*: * LIST ({{any}}\HasChildren{{any}}) "/" {{astring:a}}
S*: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S: a3 OK {{text}}
