# RFC 7889, 4: over the limit a literal is refused before its octets are sent
append-limit 100
login
C: a1 APPEND INBOX {101}
S: a1 NO [TOOBIG] {{text}}
C: a2 APPEND INBOX (\Seen) "17-Jul-1996 02:44:25 -0700" {100000000000}
S: a2 NO [TOOBIG] {{text}}
C: a3 APPEND INBOX {100}
S: + {{any}}
L: Subject: x\x0d\x0a\x0d\x0a{{repeat 86 x}}
S: a3 OK [APPENDUID {{uidvalidity}} 1] {{text}}
