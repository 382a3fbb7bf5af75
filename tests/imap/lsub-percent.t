# RFC 3501, 6.3.9: with "%", the name above a subscribed one that does not match itself is \Noselect
login
mailbox foo/bar
mailbox Work
do SUBSCRIBE foo/bar
do SUBSCRIBE Work
C: a1 LSUB "" %
S*: * LSUB ({{any}}\Noselect{{any}}) "/" {{astring:foo}}
S*: * LSUB ({{any}}) "/" {{astring:Work}}
S: a1 OK {{text}}
C: a2 LSUB "" *
S*: * LSUB ({{any}}) "/" {{astring:foo/bar}}
S*: * LSUB ({{any}}) "/" {{astring:Work}}
S: a2 OK {{text}}
C: a3 LSUB foo/ %
S: * LSUB ({{any}}) "/" {{astring:foo/bar}}
S: a3 OK {{text}}
