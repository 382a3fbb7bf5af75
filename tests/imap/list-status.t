# RFC 5819: STATUS of each mailbox with LIST
login
messages INBOX 3
mailbox foo
mailbox bar/child
messages foo 2
do SUBSCRIBE foo
C: a01 LIST "" % RETURN (STATUS (MESSAGES UNSEEN))
S: * LIST ({{text}}) "/" {{astring:INBOX}}
S: * STATUS {{astring:INBOX}} ({{set:MESSAGES~3 UNSEEN~3}})
S: * LIST ({{text}}) "/" {{astring:bar}}
S?: * STATUS {{astring:bar}} ({{set:MESSAGES~0 UNSEEN~0}})
S: * LIST ({{text}}) "/" {{astring:foo}}
S: * STATUS {{astring:foo}} ({{set:MESSAGES~2 UNSEEN~2}})
S: a01 OK {{text}}
# a name that is told only for its children has no numbers
C: a02 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (STATUS (MESSAGES))
S: * LIST ({{set:\Subscribed \HasNoChildren}}) "/" {{astring:foo}}
S: * STATUS {{astring:foo}} (MESSAGES 2)
S: a02 OK {{text}}
do SUBSCRIBE bar/child
do DELETE bar/child
C: a03 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (STATUS (MESSAGES) CHILDREN)
S: * LIST ({{text}}) "/" {{astring:bar}} ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST ({{set:\Subscribed \HasNoChildren}}) "/" {{astring:foo}}
S: * STATUS {{astring:foo}} (MESSAGES 2)
S: a03 OK {{text}}
C: a04 LIST (SUBSCRIBED) "" bar/* RETURN (STATUS (MESSAGES))
S: * LIST ({{set:\NonExistent \Subscribed \HasNoChildren}}) "/" {{astring:bar/child}}
S: a04 OK {{text}}
C: a05 LIST "" foo RETURN (STATUS (BLURDYBLOOP))
S: a05 BAD {{text}}
C: a06 LIST "" foo RETURN (STATUS (MAILBOXID SIZE DELETED))
S: * LIST ({{text}}) "/" {{astring:foo}}
S: * STATUS {{astring:foo}} (DELETED 0 SIZE {{number}} MAILBOXID ({{text}}))
S: a06 OK {{text}}
