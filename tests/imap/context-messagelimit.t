# RFC 9738 with RFC 5267: a search that looked at the newest messages only is kept up to date for these
limit messages 3
login
messages INBOX 5
old INBOX
open INBOX
do SELECT INBOX
C: a1 UID SEARCH RETURN (UPDATE ALL) UNFLAGGED
S: * ESEARCH (TAG "a1") UID ALL 3:5
S: a1 OK [MESSAGELIMIT 3 3] {{text}}
C: a2 UID SEARCH RETURN (UPDATE ALL) UID 1:2 UNFLAGGED
S: * ESEARCH (TAG "a2") UID ALL 1:2
S: a2 OK {{text}}
do UID STORE 1,5 +FLAGS.SILENT (\Flagged)
messages INBOX 1
C: a3 NOOP
S: * 6 EXISTS
S: * {{number}} RECENT
S: * 1 FETCH (UID 1 FLAGS (\Flagged))
S: * 5 FETCH (UID 5 FLAGS (\Flagged))
S: * ESEARCH (TAG "a1") UID REMOVEFROM (0 5)
S: * ESEARCH (TAG "a1") UID ADDTO (0 6)
S: * ESEARCH (TAG "a2") UID REMOVEFROM (0 1)
S: a3 OK {{text}}
