# RFC 8437: what changes in the mailbox that was selected is told no more
user anna secret
user ben geheim
messages INBOX 1
C: a1 LOGIN anna secret
S: a1 OK [CAPABILITY {{text}}] {{text}}
open INBOX
messages INBOX 1
C: a3 UNAUTHENTICATE
S: a3 OK [CAPABILITY {{text}}] {{text}}
messages INBOX 1
C: a4 NOOP
S: a4 OK {{text}}
C: a5 LOGIN ben geheim
S: a5 OK [CAPABILITY {{text}}] {{text}}
messages INBOX 1
C: a6 IDLE
S: + {{text}}
messages INBOX 1
C: DONE
S: a6 OK {{text}}
