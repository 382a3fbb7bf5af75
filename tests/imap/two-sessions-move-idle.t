# MOVE while the other session idles in the source, a third one in the destination
login
messages INBOX 3
mailbox Work
old INBOX
open INBOX
open2 INBOX
open3 Work
C2: b1 IDLE
S2: + {{any}}
C3: c1 IDLE
S3: + {{any}}
C: a1 MOVE 1,3 Work
S: * OK [COPYUID {{uidvalidity}} 1,3 1:2] {{text}}
S: * {{number}} EXPUNGE
S: * {{number}} EXPUNGE
S: a1 OK {{text}}
S2: * {{number}} EXPUNGE
S2: * {{number}} EXPUNGE
S3: * 2 EXISTS
S3: * {{number}} RECENT
C2: DONE
S2: b1 OK {{text}}
C3: DONE
S3: c1 OK {{text}}
C2: b2 FETCH 1:* UID
S2: * 1 FETCH (UID 2)
S2: b2 OK {{text}}
C3: c2 FETCH 1:* UID
S3: * 1 FETCH (UID 1)
S3: * 2 FETCH (UID 2)
S3: c2 OK {{text}}
