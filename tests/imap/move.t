# RFC 6851, 3.3: COPYUID comes untagged, before the EXPUNGE responses
login
messages INBOX 4
mailbox foo
old INBOX
open INBOX
C: a UID MOVE 1:3 foo
S: * OK [COPYUID {{uidvalidity}} 1:3 1:3] {{text}}
S: * {{number}} EXPUNGE
S: * {{number}} EXPUNGE
S: * {{number}} EXPUNGE
S: a OK {{text}}
C: b UID SEARCH ALL
S: * SEARCH 4
S: b OK {{text}}
C: c MOVE 1 foo
S: * OK [COPYUID {{uidvalidity}} 4 4] {{text}}
S: * 1 EXPUNGE
S: c OK {{text}}
C: d STATUS foo (MESSAGES)
S: * STATUS {{astring:foo}} (MESSAGES 4)
S: d OK {{text}}
