# into the same mailbox: EXISTS
login
messages INBOX 2
old INBOX
open INBOX
C: a1 COPY 1:2 INBOX
S*: * 4 EXISTS
S*: * 2 RECENT
S: a1 OK [COPYUID {{uidvalidity}} 1:2 3:4] {{text}}
