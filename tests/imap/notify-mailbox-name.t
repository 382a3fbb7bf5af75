# RFC 5465, 5.4: mailboxes that come, go and are renamed
login
mailbox box
mailbox tree/one
C: a1 NOTIFY SET (PERSONAL (MailboxName))
S: a1 OK {{text}}
do CREATE NewMailbox
S: * LIST (\HasNoChildren) "/" NewMailbox
do CREATE NewMailbox/child
S: * LIST (\HasNoChildren) "/" NewMailbox/child
S: * LIST (\HasChildren) "/" NewMailbox
# names above it that were created with it
do CREATE deep/er/est
S: * LIST (\HasNoChildren) "/" deep/er/est
S: * LIST (\HasChildren) "/" deep/er
S: * LIST (\HasChildren) "/" deep
do RENAME NewMailbox Renamed
S: * LIST (\HasChildren) "/" Renamed ("OLDNAME" (NewMailbox))
do DELETE Renamed/child
S: * LIST (\NonExistent \HasNoChildren) "/" Renamed/child
S: * LIST (\HasNoChildren) "/" Renamed
do DELETE Renamed
S: * LIST (\NonExistent \HasNoChildren) "/" Renamed
do SUBSCRIBE deep
do RENAME deep "a b"
S: * LIST (\HasChildren) "/" "a b" ("OLDNAME" (deep))
# INBOX stays when it is renamed
do RENAME INBOX kept
S: * LIST (\HasNoChildren) "/" kept ("OLDNAME" (INBOX))
# what the client does itself it knows
C: a2 CREATE mine
S: a2 OK {{text}}
C: a3 RENAME mine yours
S: a3 OK {{text}}
C: a4 DELETE yours
S: a4 OK {{text}}
# others than those that are meant
C: a5 NOTIFY SET (SUBTREE tree (MailboxName)) (MAILBOXES box (MailboxName))
S: a5 OK {{text}}
do CREATE elsewhere
do CREATE tree/one/more
S: * LIST (\HasNoChildren) "/" tree/one/more
S: * LIST (\HasChildren) "/" tree/one
do CREATE trees
do CREATE box/in
S: * LIST (\HasChildren) "/" box
do RENAME box crate
S: * LIST (\HasChildren) "/" crate ("OLDNAME" (box))
do DELETE trees
C: a6 NOOP
S: a6 OK {{text}}
