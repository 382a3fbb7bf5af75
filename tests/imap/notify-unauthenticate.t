# who signs out is told nothing more, and begins anew
login
C: a1 NOTIFY SET (PERSONAL (MessageNew MessageExpunge))
S: a1 OK {{text}}
messages INBOX 1
S: * STATUS INBOX ({{any}})
C: a2 UNAUTHENTICATE
S: a2 OK {{text}}
messages INBOX 1
C: a3 NOOP
S: a3 OK {{text}}
C: a4 LOGIN anna secret
S: a4 OK {{text}}
messages INBOX 1
open INBOX
messages INBOX 1
C: a5 NOOP
S: * 4 EXISTS
S: * {{number}} RECENT
S: a5 OK {{text}}
