login
delimiter .
C: A001 NAMESPACE
S: * NAMESPACE (("" ".")) NIL NIL
S: A001 OK {{text}}
