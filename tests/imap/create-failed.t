# RFC 3501, 6.3.3 and RFC 5530, 3
login
C: a1 CREATE INBOX
S: a1 NO [ALREADYEXISTS] {{text}}
C: a2 CREATE inbox
S: a2 NO [ALREADYEXISTS] {{text}}
C: a3 CREATE Work
S: a3 OK {{text}}
C: a4 CREATE Work
S: a4 NO [ALREADYEXISTS] {{text}}
C: a5 CREATE ""
S: a5 NO [CANNOT] {{text}}
C: a6 CREATE a//b
S: a6 NO [CANNOT] {{text}}
C: a7 CREATE /a
S: a7 NO [CANNOT] {{text}}
C: a8 CREATE
S: a8 BAD {{text}}
C: a9 CREATE {{repeat 3000 x}}
S: a9 BAD {{text}}
C: a10 CREATE {{repeat 100 x/}}
S: a10 NO [CANNOT] {{text}}
