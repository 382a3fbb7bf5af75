# RFC 7889, 3
append-limit 1000
login
C: a1 STATUS INBOX (APPENDLIMIT)
S: * STATUS {{astring:INBOX}} (APPENDLIMIT 1000)
S: a1 OK {{text}}
