# one message over the limit, and none is stored
append-limit 10
login
C: a1 APPEND INBOX {10+}
| 0123456789 {11}
S: a1 NO [TOOBIG] {{text}}
C: a2 APPEND INBOX {10+}
| 0123456789 {11+}
| 0123456789x
S: a2 NO [TOOBIG] {{text}}
C: a3 APPEND INBOX {1+}
| x{{repeat 99  {1+}\x0d\x0ax}} {1}
S: a3 NO [LIMIT] {{text}}
C: a4 APPEND INBOX {1+}
| x{{repeat 99  {1+}\x0d\x0ax}}
S: a4 OK [APPENDUID {{uidvalidity}} 1:100] {{text}}
