# too many failed sign-ins: BYE
user anna secret
limit sign-in-tries 3
C: a1 LOGIN anna wrong
S: a1 NO [AUTHENTICATIONFAILED] {{text}}
C: a2 AUTHENTICATE PLAIN AGFubmEAd3Jvbmc=
S: a2 NO [AUTHENTICATIONFAILED] {{text}}
C: a3 LOGIN anna wrong
S: * BYE {{text}}
S: a3 NO [AUTHENTICATIONFAILED] {{text}}
closed
