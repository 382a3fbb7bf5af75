# in an empty mailbox no sequence number is valid, and "*" names nothing
login
open INBOX
C: a1 FETCH 1:* UID
S: a1 OK {{text}}
C: a2 UID FETCH 1:* UID
S: a2 OK {{text}}
C: a3 FETCH 1 UID
S: a3 BAD {{text}}
C: a4 SEARCH 1:*
S: * SEARCH
S: a4 OK {{text}}
