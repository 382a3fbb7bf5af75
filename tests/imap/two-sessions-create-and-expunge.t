# between two polls a message comes and goes: there is nothing to tell
login
messages INBOX 1
old INBOX
open INBOX
open2 INBOX
C: a1 APPEND INBOX (\Deleted) {14+}
| Subject: x
|
|
S: * 2 EXISTS
S: * {{number}} RECENT
S: a1 OK [APPENDUID {{uidvalidity}} 2] {{text}}
C: a2 EXPUNGE
S: * 2 EXPUNGE
S: a2 OK {{text}}
C2: b1 NOOP
S2: b1 OK {{text}}
messages INBOX 1
C2: b2 NOOP
S2: * 2 EXISTS
S2: * {{number}} RECENT
S2: b2 OK {{text}}
C2: b3 FETCH 2 (UID)
S2: * 2 FETCH (UID 3)
S2: b3 OK {{text}}
