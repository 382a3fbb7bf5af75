# RFC 3501, 2.3.1.1: the UID of an expunged message is not given again
login
messages INBOX 3
old INBOX
open INBOX
C: a1 STORE 3 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 EXPUNGE
S: * 3 EXPUNGE
S: a2 OK {{text}}
C: a3 APPEND INBOX {14+}
| Subject: x
|
|
S: * 3 EXISTS
S: * {{number}} RECENT
S: a3 OK [APPENDUID {{uidvalidity}} 4] {{text}}
