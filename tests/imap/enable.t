# RFC 5161, 3.1: what is not known is passed over
login
C: t2 ENABLE X-GOOD-IDEA FROBNICATE
S: * ENABLED
S: t2 OK {{text}}
C: t3 ENABLE
S: t3 BAD {{text}}
