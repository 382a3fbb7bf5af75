user anna secret
starttls
C: a1 STARTTLS now
S: a1 BAD {{text}}
C: a2 STARTTLS
S: a2 OK {{text}}
handshake
C: a3 STARTTLS
S: a3 BAD {{text}}
