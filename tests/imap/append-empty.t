# a message of no octets says that the client gave up (RFC 3502, 6.3.11): it is not stored
login
C: a1 APPEND INBOX {0+}
|
S: a1 NO {{text}}
C: a2 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 0)
S: a2 OK {{text}}
