login
C: a1 STATUS nowhere (MESSAGES)
S: a1 NO [NONEXISTENT] {{text}}
C: a2 STATUS INBOX ()
S: a2 BAD {{text}}
C: a3 STATUS INBOX MESSAGES
S: a3 BAD {{text}}
C: a4 STATUS INBOX (NONSENSE)
S: a4 BAD {{text}}
C: a5 STATUS INBOX
S: a5 BAD {{text}}
