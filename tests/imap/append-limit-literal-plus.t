# the octets of LITERAL+ come all the same: they are read and thrown away
append-limit 100
login
C: a1 APPEND INBOX {200+}
| {{repeat 200 x}}
S: a1 NO [TOOBIG] {{text}}
C: a2 APPEND INBOX {250+}
| {{repeat 50 a2 X\x0d}}
| a3 NOOP
S: a2 NO [TOOBIG] {{text}}
S: a3 OK {{text}}
C: a4 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 0)
S: a4 OK {{text}}
