# RFC 3501, 6.3.6, 6.3.7 and 6.3.9
login
mailbox news/comp/mail/mime
C: A002 SUBSCRIBE news/comp/mail/mime
S: A002 OK {{text}}
C: A003 LSUB "" *
S: * LSUB ({{any}}) "/" {{astring:news/comp/mail/mime}}
S: A003 OK {{text}}
C: A004 SUBSCRIBE news/comp/mail/mime
S: A004 OK {{text}}
C: A005 UNSUBSCRIBE news/comp/mail/mime
S: A005 OK {{text}}
C: A006 LSUB "" *
S: A006 OK {{text}}
C: A007 SUBSCRIBE
S: A007 BAD {{text}}
C: A008 UNSUBSCRIBE a b
S: A008 BAD {{text}}
