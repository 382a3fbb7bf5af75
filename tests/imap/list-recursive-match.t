# RFC 5258 section 5, examples 8 to 11: RECURSIVEMATCH and CHILDINFO
login
mailbox foo2
mailbox foo2/bar1
mailbox foo2/bar2
mailbox baz2
mailbox baz2/bar2
mailbox baz2/bar22
mailbox baz2/bar222
mailbox eps2
mailbox eps2/mamba
mailbox qux2/bar2
do SUBSCRIBE foo2/bar1
do SUBSCRIBE foo2/bar2
do SUBSCRIBE baz2/bar2
do SUBSCRIBE baz2/bar22
do SUBSCRIBE baz2/bar222
do SUBSCRIBE eps2
do SUBSCRIBE eps2/mamba
do SUBSCRIBE qux2/bar2
C: d03 LIST (RECURSIVEMATCH SUBSCRIBED) "" "*2"
S: * LIST ({{set:\Subscribed \HasNoChildren}}) "/" {{astring:baz2/bar2}}
S: * LIST ({{set:\Subscribed \HasNoChildren}}) "/" {{astring:baz2/bar22}}
S: * LIST ({{set:\Subscribed \HasNoChildren}}) "/" {{astring:baz2/bar222}}
S: * LIST ({{set:\Subscribed \HasChildren}}) "/" {{astring:eps2}} ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST (\HasChildren) "/" {{astring:foo2}} ("CHILDINFO" ("SUBSCRIBED"))
S: * LIST ({{set:\Subscribed \HasNoChildren}}) "/" {{astring:foo2/bar2}}
S: * LIST ({{set:\Subscribed \HasNoChildren}}) "/" {{astring:qux2/bar2}}
S: d03 OK {{text}}
# 10: children that do not exist are no children
mailbox Lone
do SUBSCRIBE Lone/bar
C: a3 LIST (SUBSCRIBED RECURSIVEMATCH) "" Lone RETURN (CHILDREN)
S: * LIST (\HasNoChildren) "/" {{astring:Lone}} ("CHILDINFO" ("SUBSCRIBED"))
S: a3 OK {{text}}
# a name above that is no mailbox itself
do SUBSCRIBE Gone/bar
C: a4 LIST (SUBSCRIBED RECURSIVEMATCH) "" Gon%
S: * LIST ({{set:\NonExistent \HasNoChildren}}) "/" {{astring:Gone}} ("CHILDINFO" ("SUBSCRIBED"))
S: a4 OK {{text}}
C: a5 LIST (SUBSCRIBED) "" Gon%
S: a5 OK {{text}}
C: a6 LIST "" Gon%
S: a6 OK {{text}}
# by special use
special \Archive Keep/Old
C: b1 LIST (SPECIAL-USE) "" *
S: * LIST ({{set:\Archive \HasNoChildren}}) "/" {{astring:Keep/Old}}
S: b1 OK {{text}}
C: b2 LIST (SPECIAL-USE RECURSIVEMATCH) "" % RETURN (SPECIAL-USE)
S: * LIST (\HasChildren) "/" {{astring:Keep}} ("CHILDINFO" ("SPECIAL-USE"))
S: b2 OK {{text}}
C: b3 LIST (SPECIAL-USE SUBSCRIBED) "" *
S: b3 OK {{text}}
