# RFC 7888, 5: with LITERAL- a literal that is not waited for has at most 4096 octets
user anna secret
literal-minus
C: A001 LOGIN {4+}
| anna {6+}
| secret
S: A001 OK {{text}}
C: A002 APPEND INBOX {5000+}
| {{repeat 5000 x}}
S: A002 BAD [TOOBIG] {{text}}
C: A003 NOOP
S: A003 OK {{text}}
