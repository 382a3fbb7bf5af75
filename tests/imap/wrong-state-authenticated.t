# RFC 3501, 3.2: what needs a mailbox is refused without one, and signing in twice
login
limit bad-commands 100
C: a1 FETCH 1 FLAGS
S: a1 BAD {{text}}
C: a2 SEARCH ALL
S: a2 BAD {{text}}
C: a3 STORE 1 FLAGS ()
S: a3 BAD {{text}}
C: a4 COPY 1 INBOX
S: a4 BAD {{text}}
C: a5 EXPUNGE
S: a5 BAD {{text}}
C: a6 CLOSE
S: a6 BAD {{text}}
C: a7 CHECK
S: a7 BAD {{text}}
C: a8 UID FETCH 1 FLAGS
S: a8 BAD {{text}}
C: a9 MOVE 1 INBOX
S: a9 BAD {{text}}
C: a10 UNSELECT
S: a10 BAD {{text}}
C: a11 UID EXPUNGE 1
S: a11 BAD {{text}}
C: a12 LOGIN anna secret
S: a12 BAD {{text}}
C: a13 AUTHENTICATE PLAIN
S: a13 BAD {{text}}
C: a14 STARTTLS
S: a14 BAD {{text}}
C: a15 NOOP
S: a15 OK {{text}}
