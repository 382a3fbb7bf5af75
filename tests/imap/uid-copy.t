# RFC 4315, 3: only those that are there
login
messages INBOX 4
mailbox funny
do SELECT INBOX
do STORE 2 +FLAGS (\Deleted)
do CLOSE
open INBOX
C: A004 UID COPY 1:3,99 funny
S: A004 OK [COPYUID {{uidvalidity}} 1,3 1:2] {{text}}
