# a set in any order and with repetitions is copied once each, in the mailbox's order
login
messages INBOX 5
mailbox Work
old INBOX
open INBOX
C: a1 COPY 5,2:3,3,1 Work
S: a1 OK [COPYUID {{uidvalidity}} 1:3,5 1:4] {{text}}
C: a2 UID COPY *:4,2 Work
S: a2 OK [COPYUID {{uidvalidity}} 2,4:5 5:7] {{text}}
