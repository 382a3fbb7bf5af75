login
delimiter .
mailbox foo
mailbox foo.bar
C: a1 LIST "" ""
S: * LIST (\Noselect) "." ""
S: a1 OK {{text}}
C: a2 LIST "" foo.%
S: * LIST (\HasNoChildren) "." {{astring:foo.bar}}
S: a2 OK {{text}}
C: a3 LIST "" %
S*: * LIST (\HasChildren) "." {{astring:foo}}
S*: * LIST (\HasNoChildren) "." {{astring:INBOX}}
S: a3 OK {{text}}
