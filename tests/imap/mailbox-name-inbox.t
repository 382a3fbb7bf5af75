# RFC 3501, 5.1: INBOX in any case is one mailbox; a name that only begins so is another
login
C: a1 STATUS iNbOx (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 0)
S: a1 OK {{text}}
C: a2 CREATE inboxes
S: a2 OK {{text}}
C: a3 LIST "" inboxes
S: * LIST (\HasNoChildren) "/" {{astring:inboxes}}
S: a3 OK {{text}}
C: a4 CREATE Inbox/sub
S: a4 OK {{text}}
C: a5 LIST "" INBOX/%
S: * LIST (\HasNoChildren) "/" {{astring:INBOX/sub}}
S: a5 OK {{text}}
