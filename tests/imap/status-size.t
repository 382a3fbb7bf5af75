# RFC 8438
login
C: a1 STATUS INBOX (SIZE)
S: * STATUS {{astring:INBOX}} (SIZE 0)
S: a1 OK {{text}}
C: a2 APPEND INBOX {14+}
| Subject: x
|
|
S: a2 OK [APPENDUID {{uidvalidity}} 1] {{text}}
C: a3 STATUS INBOX (SIZE MESSAGES)
S: * STATUS {{astring:INBOX}} ({{set:SIZE~14 MESSAGES~1}})
S: a3 OK {{text}}
