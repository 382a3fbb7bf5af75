# a line ends in CRLF; a bare LF is no reason to hang
user anna secret
C~: a1 NOOP\x0d\x0aa2 NOOP\x0d\x0a
S: a1 OK {{text}}
S: a2 OK {{text}}
C~: a3 NOOP\x0a
S: {{any}}
C: a4 NOOP
S: a4 OK {{text}}
