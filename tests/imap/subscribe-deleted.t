# RFC 3501, 6.3.6: the subscription outlives the mailbox
login
mailbox Work
do SUBSCRIBE Work
C: a1 DELETE Work
S: a1 OK {{text}}
C: a2 LSUB "" *
S: * LSUB ({{any}}) "/" {{astring:Work}}
S: a2 OK {{text}}
C: a3 LIST "" Work
S: a3 OK {{text}}
C: a4 UNSUBSCRIBE Work
S: a4 OK {{text}}
C: a5 LSUB "" *
S: a5 OK {{text}}
