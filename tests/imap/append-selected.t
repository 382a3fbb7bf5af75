# RFC 3501, 6.3.11: into the selected mailbox: EXISTS before the tagged OK
login
messages INBOX 1
old INBOX
open INBOX
C: a1 APPEND INBOX {14+}
| Subject: x
|
|
S*: * 2 EXISTS
S*: * 1 RECENT
S: a1 OK [APPENDUID {{uidvalidity}} 2] {{text}}
C: a2 FETCH 2 (FLAGS UID)
S: * 2 FETCH (UID 2 FLAGS (\Recent))
S: a2 OK {{text}}
