# RFC 4315, 2.1
login
messages INBOX 5
old INBOX
open INBOX
C: a1 STORE 2:4 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: A003 UID EXPUNGE 3:99
S: * {{number}} EXPUNGE
S: * {{number}} EXPUNGE
S: A003 OK {{text}}
C: a4 UID SEARCH ALL
S: * SEARCH 1 2 5
S: a4 OK {{text}}
C: a5 UID EXPUNGE 1,5,77
S: a5 OK {{text}}
C: a6 UID EXPUNGE
S: a6 BAD {{text}}
