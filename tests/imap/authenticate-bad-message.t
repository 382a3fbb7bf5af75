# base64 of what is no PLAIN message
user anna secret
C: a1 AUTHENTICATE PLAIN YW5uYQ==
S: a1 NO {{text}}
C: a2 AUTHENTICATE PLAIN =
S: a2 NO {{text}}
C: a3 LOGIN anna secret
S: a3 OK {{text}}
