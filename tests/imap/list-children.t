# RFC 3348: always told
login
mailbox a
mailbox a/b
mailbox ab
C: a1 LIST "" a*
S*: * LIST (\HasChildren) "/" {{astring:a}}
S*: * LIST (\HasNoChildren) "/" {{astring:a/b}}
S*: * LIST (\HasNoChildren) "/" {{astring:ab}}
S: a1 OK {{text}}
C: a2 DELETE a/b
S: a2 OK {{text}}
C: a3 LIST "" a
S: * LIST (\HasNoChildren) "/" {{astring:a}}
S: a3 OK {{text}}
