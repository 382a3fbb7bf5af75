# what RFC 9051 has no more still works for who has enabled it
login
messages INBOX 2
C: a0 ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: a0 OK {{text}}
C: a1 STATUS INBOX (RECENT MESSAGES)
S: * STATUS INBOX (MESSAGES 2 RECENT 2)
S: a1 OK {{text}}
C: a2 SUBSCRIBE INBOX
S: a2 OK {{text}}
C: a3 LSUB "" *
S: * LSUB () "/" INBOX
S: a3 OK {{text}}
open INBOX
C: a4 SEARCH NEW
S: * ESEARCH (TAG "a4") ALL 1:2
S: a4 OK {{text}}
C: a5 SEARCH OLD
S: * ESEARCH (TAG "a5")
S: a5 OK {{text}}
C: a6 CHECK
S: a6 OK {{text}}
