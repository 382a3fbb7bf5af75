# Failed sign-ins count over it
user anna secret
limit sign-in-tries 2
C: a1 LOGIN anna wrong
S: a1 NO [AUTHENTICATIONFAILED] {{text}}
C: a2 LOGIN anna secret
S: a2 OK [CAPABILITY {{text}}] {{text}}
C: a3 UNAUTHENTICATE
S: a3 OK [CAPABILITY {{text}}] {{text}}
C: a4 LOGIN anna wrong
S: * BYE {{text}}
S: a4 NO [AUTHENTICATIONFAILED] {{text}}
closed
