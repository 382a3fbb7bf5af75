# RFC 3501, 6.3.1: after a SELECT that fails no mailbox is selected
login
messages INBOX 1
open INBOX
C: a1 SELECT nowhere
S?: * OK [CLOSED] {{text}}
S: a1 NO [NONEXISTENT] {{text}}
C: a2 FETCH 1 FLAGS
S: a2 BAD {{text}}
