# RFC 9051 5.1: mailbox names are UTF-8 for who has enabled it, modified UTF-7 for the others
login
C: a1 CREATE "Entw&APw-rfe"
S: a1 OK {{any}}
C: a2 CREATE "R&-D"
S: a2 OK {{any}}
C: a3 LIST "" *
S: * LIST (\HasNoChildren) "/" INBOX
S: * LIST (\HasNoChildren) "/" Entw&APw-rfe
S: * LIST (\HasNoChildren) "/" R&-D
S: a3 OK {{text}}
C2: b0 ENABLE IMAP4rev2
S2: * ENABLED IMAP4rev2
S2: b0 OK {{text}}
C2: b1 LIST "" *
S2: * LIST (\HasNoChildren) "/" INBOX
S2: * LIST (\HasNoChildren) "/" "Entw\xc3\xbcrfe"
S2: * LIST (\HasNoChildren) "/" R&D
S2: b1 OK {{text}}
C2: b2 STATUS "Entw\xc3\xbcrfe" (MESSAGES DELETED SIZE)
S2: * STATUS "Entw\xc3\xbcrfe" (MESSAGES 0 DELETED 0 SIZE 0)
S2: b2 OK {{text}}
C2: b3 STATUS R&D (MESSAGES)
S2: * STATUS R&D (MESSAGES 0)
S2: b3 OK {{text}}
# what would be modified UTF-7 is a name like others
C2: b4 STATUS "Entw&APw-rfe" (MESSAGES)
S2: b4 NO [NONEXISTENT] {{text}}
C2: b5 CREATE &APw-
S2: b5 OK {{any}}
C2: b6 LIST "" &%
S2: * LIST (\HasNoChildren) "/" &APw-
S2: b6 OK {{text}}
C: a4 LIST "" &-*
S: * LIST (\HasNoChildren) "/" &-APw-
S: a4 OK {{text}}
C2: b7 CREATE {5+}
| x\xe2\x82\xacz
S2: b7 OK {{any}}
C2: b8 LIST "" "x\xe2\x82\xac*"
S2: * LIST (\HasNoChildren) "/" "x\xe2\x82\xacz"
S2: b8 OK {{text}}
C: a5 LIST "" x*
S: * LIST (\HasNoChildren) "/" x&IKw-z
S: a5 OK {{text}}
# not Net-Unicode
C2: b9 CREATE "a\xc2\x85"
S2: b9 BAD {{text}}
C2: b10 CREATE "a\xe2\x80\xa8z"
S2: b10 NO [CANNOT] {{text}}
C2: b11 CREATE "a\xff"
S2: b11 BAD {{text}}
C2: b12 CREATE "say \"\xc3\xa9\\\""
S2: b12 OK {{any}}
C2: b13 LIST "" say*
S2: * LIST (\HasNoChildren) "/" "say \"\xc3\xa9\\\""
S2: b13 OK {{text}}
