# RFC 3501, 3.1: what needs a sign-in is refused before it
user anna secret
limit bad-commands 100
C: a1 SELECT INBOX
S: a1 BAD {{text}}
C: a2 LIST "" *
S: a2 BAD {{text}}
C: a3 STATUS INBOX (MESSAGES)
S: a3 BAD {{text}}
C: a4 IDLE
S: a4 BAD {{text}}
C: a5 FETCH 1 FLAGS
S: a5 BAD {{text}}
C: a6 APPEND INBOX {3+}
| abc
S: a6 BAD {{text}}
C: a7 CREATE x
S: a7 BAD {{text}}
C: a8 NAMESPACE
S: a8 BAD {{text}}
C: a9 ENABLE CONDSTORE
S: a9 BAD {{text}}
C: a10 LSUB "" *
S: a10 BAD {{text}}
C: a11 LOGIN anna secret
S: a11 OK {{text}}
