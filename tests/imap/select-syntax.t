login
C: a1 SELECT
S: a1 BAD {{text}}
C: a2 SELECT INBOX again
S: a2 BAD {{text}}
C: a3 SELECT ""
S: a3 NO {{text}}
C: a4 SELECT "INBOX" (
S: a4 BAD {{text}}
C: a5 NOOP
S: a5 OK {{text}}
