limit bad-commands 100
login
messages INBOX 1
open INBOX
C: a1 FETCH
S: a1 BAD {{text}}
C: a2 FETCH 1
S: a2 BAD {{text}}
C: a3 FETCH 1 NONSENSE
S: a3 BAD {{text}}
C: a4 FETCH 1 ()
S: a4 BAD {{text}}
C: a5 FETCH 1 (FLAGS
S: a5 BAD {{text}}
C: a6 FETCH 1 FLAGS)
S: a6 BAD {{text}}
C: a7 FETCH 1 BODY[
S: a7 BAD {{text}}
C: a8 FETCH 1 BODY[NONSENSE]
S: a8 BAD {{text}}
C: a9 FETCH 1 BODY[MIME]
S: a9 BAD {{text}}
C: a10 FETCH 1 BODY[0]
S: a10 BAD {{text}}
C: a11 FETCH 1 BODY[1.]
S: a11 BAD {{text}}
C: a12 FETCH 1 BODY[1.2.3.4.5.6.7.8.9.10.TEXT.1]
S: a12 BAD {{text}}
C: a13 FETCH 1 BODY.PEEK
S: a13 BAD {{text}}
C: a14 FETCH 1 (FLAGS,UID)
S: a14 BAD {{text}}
C: a15 FETCH 1 RFC822.PEEK
S: a15 BAD {{text}}
C: a16 FETCH 1 BODY[HEADER.FIELDS]
S: a16 BAD {{text}}
C: a17 FETCH 1 {{repeat 60 (}}FLAGS
S: a17 BAD {{text}}
C: a18 FETCH 1 UID
S: * 1 FETCH (UID 1)
S: a18 OK {{text}}
