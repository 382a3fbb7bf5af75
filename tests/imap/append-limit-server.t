# the server's own limit, also where the backend has none
login
limit message 100
C: a1 APPEND INBOX {101}
S: a1 NO [TOOBIG] {{text}}
C: a2 APPEND INBOX {101+}
| {{repeat 101 x}}
S: a2 NO [TOOBIG] {{text}}
C: a3 NOOP
S: a3 OK {{text}}
