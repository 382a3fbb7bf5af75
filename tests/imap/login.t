# RFC 3501, 6.2.3
user anna secret
user ben "quoted"
C: a001 LOGIN anna secret
S: a001 OK [CAPABILITY IMAP4rev1 {{text}}] {{text}}
C2: b1 LOGIN "anna" "secret"
S2: b1 OK {{text}}
C3: c1 LOGIN ben "\"quoted\""
S3: c1 OK {{text}}
