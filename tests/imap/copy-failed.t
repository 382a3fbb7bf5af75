login
messages INBOX 2
old INBOX
open INBOX
C: a1 COPY 1 nowhere
S: a1 NO [TRYCREATE] {{text}}
C: a2 COPY 9 INBOX
S: a2 BAD {{text}}
C: a3 COPY 1
S: a3 BAD {{text}}
C: a4 UID COPY 99 INBOX
S: a4 OK {{text}}
