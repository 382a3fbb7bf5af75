# RFC 7888, 5: with LITERAL-, each literal that is not asked for has at most 4096 octets; together they may have more
login
literal-minus
limit literal 20000
open INBOX
C: a1 SEARCH TEXT {10000}
S: + {{any}}
L: {{repeat 10000 x}} TEXT {4000+}
| {{repeat 4000 y}} TEXT {4000+}
| {{repeat 4000 z}}
S: * SEARCH
S: a1 OK {{text}}
C: a2 SEARCH TEXT {10000}
S: + {{any}}
L: {{repeat 10000 x}} TEXT {4097+}
S: * BYE [TOOBIG] {{text}}
closed
