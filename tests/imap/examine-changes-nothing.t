# RFC 3501, 6.3.2: not \Seen, not \Recent, not by STORE, EXPUNGE, MOVE or CLOSE
login
messages INBOX 2
mailbox Work
do SELECT INBOX
do STORE 2 +FLAGS (\Deleted)
do UNSELECT
examine INBOX
C: a1 FETCH 1 BODY[TEXT]
S: * 1 FETCH (BODY[TEXT] {20}
| This is message 1.
| )
S: a1 OK {{text}}
C: a2 FETCH 1 FLAGS
S: * 1 FETCH (FLAGS ())
S: a2 OK {{text}}
C: a3 STORE 1 +FLAGS (\Flagged)
S: a3 NO [NOPERM] {{text}}
C: a4 EXPUNGE
S: a4 NO [NOPERM] {{text}}
C: a5 MOVE 1 Work
S: a5 NO [NOPERM] {{text}}
C: a6 UID STORE 1 FLAGS ()
S: a6 NO [NOPERM] {{text}}
C: a7 UID EXPUNGE 1:*
S: a7 NO [NOPERM] {{text}}
C: a8 COPY 1 Work
S: a8 OK [COPYUID {{uidvalidity}} 1 1] {{text}}
C: a9 CLOSE
S: a9 OK {{text}}
C: a10 STATUS INBOX (MESSAGES UNSEEN)
S: * STATUS {{astring:INBOX}} ({{set:MESSAGES~2 UNSEEN~2}})
S: a10 OK {{text}}
