# bytes above 127 stand in literals and quoted strings at most; the connection goes on
login
C: a1 SELECT M\xfcll
S: a1 BAD {{text}}
C: a2 \xff\xfe
S: a2 BAD {{text}}
C: \xff\xfe NOOP
S: * BAD {{text}}
C: a3 NOOP
S: a3 OK {{text}}
