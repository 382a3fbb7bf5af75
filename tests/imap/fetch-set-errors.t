# sequence numbers that are not there are an error
limit bad-commands 100
login
messages INBOX 2
open INBOX
C: a1 FETCH 3 UID
S: a1 BAD {{text}}
C: a2 FETCH 1:3 UID
S: a2 BAD {{text}}
C: a3 FETCH 0 UID
S: a3 BAD {{text}}
C: a4 FETCH 1:0 UID
S: a4 BAD {{text}}
C: a5 FETCH 4294967296 UID
S: a5 BAD {{text}}
C: a6 FETCH 1, UID
S: a6 BAD {{text}}
C: a7 FETCH ,1 UID
S: a7 BAD {{text}}
C: a8 FETCH 1: UID
S: a8 BAD {{text}}
C: a9 FETCH 01 UID
S: a9 BAD {{text}}
C: a10 FETCH -1 UID
S: a10 BAD {{text}}
C: a11 FETCH 1:2:3 UID
S: a11 BAD {{text}}
C: a12 UID FETCH 0 UID
S: a12 BAD {{text}}
C: a13 UID FETCH 4294967295:1 UID
S: * 1 FETCH (UID 1)
S: * 2 FETCH (UID 2)
S: a13 OK {{text}}
