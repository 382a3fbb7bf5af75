# RFC 5267: what the client itself changes is told of its searches, too
login
messages INBOX 3
mailbox Work
old INBOX
open INBOX
C: a1 UID SEARCH RETURN (UPDATE) UNSEEN
S: * ESEARCH (TAG "a1") UID
S: a1 OK {{text}}
C: a2 UID STORE 2 +FLAGS.SILENT (\Seen)
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 2)
S: a2 OK {{text}}
C: a3 STORE 2 -FLAGS (\Seen)
S: * 2 FETCH (FLAGS ())
S: * ESEARCH (TAG "a1") UID ADDTO (0 2)
S: a3 OK {{text}}
# by reading
C: a4 UID FETCH 1,3 (BODY[]<0.1>)
S: * 1 FETCH (UID 1 BODY[]<0> {1}
| {{text}}
S: * 3 FETCH (UID 3 BODY[]<0> {1}
| {{text}}
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 1,3)
S: a4 OK {{text}}
C: a5 APPEND INBOX {4+}
| a: b
S: * 4 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a1") UID ADDTO (0 4)
S: a5 OK {{text}}
C: a6 UID COPY 2 INBOX
S: * 5 EXISTS
S: * {{number}} RECENT
S: * ESEARCH (TAG "a1") UID ADDTO (0 5)
S: a6 OK {{text}}
C: a7 UID MOVE 4 Work
S: * OK [COPYUID {{text}}] {{text}}
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 4)
S: * 4 EXPUNGE
S: a7 OK {{text}}
C: a8 UID STORE 2,5 +FLAGS.SILENT (\Deleted)
S: a8 OK {{text}}
C: a9 EXPUNGE
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 2,5)
S: * 4 EXPUNGE
S: * 2 EXPUNGE
S: a9 OK {{text}}
