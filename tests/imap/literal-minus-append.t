# RFC 7888, 5: with LITERAL-, a message of more than 4096 octets is asked for; one that comes unasked is passed over
login
literal-minus
C: a1 APPEND INBOX {4096+}
| {{repeat 1024 abcd}}
S: a1 OK {{any}}
C: a2 APPEND INBOX {4100+}
| {{repeat 1025 abcd}}
S: a2 BAD [TOOBIG] {{text}}
C: a3 APPEND INBOX {4100}
S: + {{any}}
L: {{repeat 1025 abcd}}
S: a3 OK {{any}}
