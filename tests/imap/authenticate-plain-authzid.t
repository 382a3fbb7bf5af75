# RFC 4616: whose mail to open, if one's own it is allowed
user anna secret
user ben other
C: a1 authenticate plain YW5uYQBhbm5hAHNlY3JldA==
S: a1 OK {{text}}
C2: b1 AUTHENTICATE PLAIN YmVuAGFubmEAc2VjcmV0
S2: b1 NO [AUTHORIZATIONFAILED] {{text}}
