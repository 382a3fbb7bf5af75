# RFC 3501, 6.3.8: the delimiter, a reference, wildcards
login
mailbox foo
mailbox foo/bar
mailbox foo/bar/baz
mailbox Work
C: A101 LIST "" ""
S: * LIST (\Noselect) "/" ""
S: A101 OK {{text}}
C: A102 LIST foo/ ""
S: * LIST (\Noselect) "/" {{any}}
S: A102 OK {{text}}
C: A103 LIST "" %
S*: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S*: * LIST (\HasChildren) "/" {{astring:foo}}
S*: * LIST (\HasNoChildren) "/" {{astring:Work}}
S: A103 OK {{text}}
C: A104 LIST "foo/" %
S: * LIST (\HasChildren) "/" {{astring:foo/bar}}
S: A104 OK {{text}}
C: A105 LIST "foo/" "*"
S*: * LIST (\HasChildren) "/" {{astring:foo/bar}}
S*: * LIST (\HasNoChildren) "/" {{astring:foo/bar/baz}}
S: A105 OK {{text}}
C: A106 LIST "" foo/%/baz
S: * LIST (\HasNoChildren) "/" {{astring:foo/bar/baz}}
S: A106 OK {{text}}
C: A107 LIST "" *z
S: * LIST (\HasNoChildren) "/" {{astring:foo/bar/baz}}
S: A107 OK {{text}}
C: A108 LIST "" nothing
S: A108 OK {{text}}
C: A109 LIST "" Wo%
S: * LIST (\HasNoChildren) "/" {{astring:Work}}
S: A109 OK {{text}}
