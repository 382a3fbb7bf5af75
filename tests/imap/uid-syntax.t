login
messages INBOX 1
open INBOX
C: a1 UID NOOP
S: a1 BAD {{text}}
C: a2 UID FETCH
S: a2 BAD {{text}}
C: a3 UID CHECK
S: a3 BAD {{text}}
C: a4 uid fetch 1 uid
S: * 1 FETCH (UID 1)
S: a4 OK {{text}}
