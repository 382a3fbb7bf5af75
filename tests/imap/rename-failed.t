# RFC 3501, 6.3.5 and RFC 5530, 3
login
mailbox one
mailbox two
C: a1 RENAME one two
S: a1 NO [ALREADYEXISTS] {{text}}
C: a2 RENAME three four
S: a2 NO [NONEXISTENT] {{text}}
C: a3 RENAME one one/more
S: a3 NO [CANNOT] {{text}}
C: a4 RENAME one INBOX
S: a4 NO [ALREADYEXISTS] {{text}}
C: a5 RENAME one
S: a5 BAD {{text}}
C: a6 RENAME one ""
S: a6 NO [CANNOT] {{text}}
