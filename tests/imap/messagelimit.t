# RFC 9738: so many messages at once, the newest first
limit messages 3
limit saved-messages 2
login
messages INBOX 5
mailbox Work
C: a0 CAPABILITY
S: * CAPABILITY {{with:MESSAGELIMIT=3 SAVELIMIT=2}}
S: a0 OK {{text}}
old INBOX
open INBOX
C: a1 UID FETCH 1:* (UID)
S: * 3 FETCH (UID 3)
S: * 4 FETCH (UID 4)
S: * 5 FETCH (UID 5)
S: a1 OK [MESSAGELIMIT 3 3] {{text}}
C: a2 UID FETCH 1:2 (UID)
S: * 1 FETCH (UID 1)
S: * 2 FETCH (UID 2)
S: a2 OK {{text}}
C: a3 FETCH 1:4 (UID)
S: * 2 FETCH (UID 2)
S: * 3 FETCH (UID 3)
S: * 4 FETCH (UID 4)
S: a3 OK [MESSAGELIMIT 3 2] {{text}}
C: a4 STORE 1:* +FLAGS.SILENT (\Deleted)
S: a4 OK [MESSAGELIMIT 3 3] {{text}}
C: a5 SEARCH DELETED
S: * SEARCH 3 4 5
S: a5 OK [MESSAGELIMIT 3 3] {{text}}
C: a6 UID SEARCH UID 1:2 ALL
S: * SEARCH 1 2
S: a6 OK {{text}}
C: a7 UID SEARCH RETURN (COUNT) ALL
S: * ESEARCH (TAG "a7") UID COUNT 3
S: a7 OK [MESSAGELIMIT 3 3] {{text}}
# what is done whole or not at all
C: a8 COPY 1:3 Work
S: a8 NO [MESSAGELIMIT 2] {{text}}
C: a9 MOVE 1:* Work
S: a9 NO [MESSAGELIMIT 2] {{text}}
C: b1 COPY 1:2 Work
S: b1 OK [COPYUID {{text}}] {{text}}
C: b2 APPEND Work {1+}
| x {1+}
| y {1}
S: b2 NO [MESSAGELIMIT 2] {{text}}
C: b3 STATUS Work (MESSAGES)
S: * STATUS {{astring:Work}} (MESSAGES 2)
S: b3 OK {{text}}
C: b4 UID STORE 1:2 +FLAGS.SILENT (\Deleted)
S: b4 OK {{text}}
C: b5 EXPUNGE
S: * 5 EXPUNGE
S: * 4 EXPUNGE
S: * 3 EXPUNGE
S: b5 OK [MESSAGELIMIT 3 3] {{text}}
C: b6 UID EXPUNGE 1:*
S: * 2 EXPUNGE
S: * 1 EXPUNGE
S: b6 OK {{text}}
