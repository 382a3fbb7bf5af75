# RFC 3502: several messages in one APPEND, all or none
login
mailbox saved-messages
C: a003 APPEND saved-messages (\Seen) {19}
S: + {{text}}
L: Subject: one
|
| one (\Flagged $x) " 7-Feb-1994 22:43:04 -0800" {19}
S: + {{text}}
L: Subject: two
|
| two {3}
S: + {{text}}
L: abc
S: a003 OK [APPENDUID {{uidvalidity}} 1:3] {{text}}
examine saved-messages
C: a004 FETCH 1:* (FLAGS BODY[])
S: * 1 FETCH (FLAGS ({{set:\Seen \Recent}}) BODY[] {19}
| Subject: one
|
| one)
S: * 2 FETCH (FLAGS ({{set:\Flagged $x \Recent}}) BODY[] {19}
| Subject: two
|
| two)
S: * 3 FETCH (FLAGS (\Recent) BODY[] {3}
| abc)
S: a004 OK {{text}}
C: a005 FETCH 2 (INTERNALDATE)
S: * 2 FETCH (INTERNALDATE "07-Feb-1994 22:43:04 -0800")
S: a005 OK {{text}}
# without waiting
C: a006 APPEND saved-messages {1+}
| x {2+}
| yz
S: * 5 EXISTS
S: * {{number}} RECENT
S: a006 OK [APPENDUID {{uidvalidity}} 4:5] {{text}}
# a mailbox that there is not: nothing is stored
C: a007 APPEND bogusname (\Flagged) {1+}
| x {2+}
| yz
S: a007 NO [TRYCREATE] {{text}}
# called off by an empty one
C: a008 APPEND saved-messages {1+}
| x {0}
S: + {{text}}
L:
S: a008 NO {{text}}
C: a009 APPEND saved-messages {1+}
| x {3+}
| yyy garbage
S: a009 BAD {{text}}
C: a010 STATUS saved-messages (MESSAGES)
S: * STATUS {{astring:saved-messages}} (MESSAGES 5)
S: a010 OK {{text}}
