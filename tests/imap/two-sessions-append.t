# RFC 3501, 7.3.1: new mail, for the one that appends and for the other
login
messages INBOX 1
old INBOX
open INBOX
open2 INBOX
C: a1 APPEND INBOX (\Seen) {14+}
| Subject: x
|
|
S: * 2 EXISTS
S: * {{number}} RECENT
S: a1 OK [APPENDUID {{uidvalidity}} 2] {{text}}
C2: b1 NOOP
S2: * 2 EXISTS
S2: * {{number}} RECENT
S2: b1 OK {{text}}
C2: b2 FETCH 2 (UID)
S2: * 2 FETCH (UID 2)
S2: b2 OK {{text}}
