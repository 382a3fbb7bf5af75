# what came in clear behind STARTTLS is dropped
user anna secret
starttls
C: a1 STARTTLS
| a2 LOGIN anna secret
| a3 NOOP
S: a1 OK {{text}}
handshake
C: a4 SELECT INBOX
S: a4 BAD {{text}}
C: a5 LOGIN anna secret
S: a5 OK {{text}}
