user anna secret
C: a1 STARTTLS
S: a1 NO [UNAVAILABLE] {{text}}
C: a2 NOOP
S: a2 OK {{text}}
