# RFC 3501, 6.4.3
login
messages INBOX 11
old INBOX
open INBOX
C: A201 STORE 3,4,7,11 +FLAGS.SILENT (\Deleted)
S: A201 OK {{text}}
C: A202 EXPUNGE
S: * {{number}} EXPUNGE
S: * {{number}} EXPUNGE
S: * {{number}} EXPUNGE
S: * {{number}} EXPUNGE
S: A202 OK {{text}}
C: A203 UID SEARCH ALL
S: * SEARCH 1 2 5 6 8 9 10
S: A203 OK {{text}}
C: A204 EXPUNGE
S: A204 OK {{text}}
C: A205 EXPUNGE all
S: A205 BAD {{text}}
