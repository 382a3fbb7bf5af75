# RFC 7889, 3: one limit for all mailboxes is shown with its number
append-limit 1000
login
C: a1 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:APPENDLIMIT=1000}}
S: a1 OK {{text}}
