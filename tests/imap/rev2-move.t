# RFC 9051 6.4.7 and 6.4.8: COPY, MOVE and their response codes; the mailbox they name is not made
login
messages INBOX 4
old INBOX
do CREATE foo
C: a0 ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: a0 OK {{text}}
open INBOX
C: a1 MOVE 1 nowhere
S: a1 NO [TRYCREATE] {{text}}
C: a2 COPY 1 nowhere
S: a2 NO [TRYCREATE] {{text}}
C: a3 UID MOVE 2:3 foo
S: * OK [COPYUID {{uidvalidity}} 2:3 1:2] {{text}}
S: * 3 EXPUNGE
S: * 2 EXPUNGE
S: a3 OK {{any}}{{text}}
C: a4 COPY 1:2 foo
S: a4 OK [COPYUID {{uidvalidity}} 1,4 3:4] {{text}}
C: a5 UID STORE 4 +FLAGS (\Deleted)
S: * 2 FETCH (UID 4 FLAGS (\Deleted))
S: a5 OK {{text}}
C: a6 UID EXPUNGE 1:*
S: * 2 EXPUNGE
S: a6 OK {{any}}{{text}}
C: a7 STATUS foo (MESSAGES UIDNEXT UNSEEN DELETED)
S: * STATUS foo (MESSAGES 4 UIDNEXT 5 UNSEEN 4 DELETED 0)
S: a7 OK {{text}}
# what others do is told with the UID
do SELECT INBOX
do STORE 1 +FLAGS (\Flagged)
C: a8 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Flagged))
S: a8 OK {{text}}
C: a9 CLOSE
S: a9 OK {{text}}
