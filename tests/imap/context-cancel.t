# RFC 5267, 4.3.5, and where updates end by themselves
login
messages INBOX 2
mailbox Work
old INBOX
C: a0 CANCELUPDATE "a1"
S: a0 BAD {{text}}
open INBOX
do SELECT INBOX
C: a1 UID SEARCH RETURN (UPDATE) FLAGGED
S: * ESEARCH (TAG "a1") UID
S: a1 OK {{text}}
C: a2 SEARCH RETURN (UPDATE) UNSEEN
S: * ESEARCH (TAG "a2")
S: a2 OK {{text}}
C: a3 SORT RETURN (UPDATE) (SIZE) UTF-8 ALL
S: * ESEARCH (TAG "a3")
S: a3 OK {{text}}
C: a4 CANCELUPDATE "a1" "a3"
S: a4 OK {{text}}
do STORE 1 +FLAGS.SILENT (\Flagged \Seen)
C: a5 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Seen \Flagged))
S: * ESEARCH (TAG "a2") REMOVEFROM (0 1)
S: a5 OK {{text}}
# a tag is free again once it is cancelled
C: a1 UID SEARCH RETURN (UPDATE) FLAGGED
S: * ESEARCH (TAG "a1") UID
S: a1 OK {{text}}
# tags are what they are, and those that there are go in any case
C: a6 CANCELUPDATE "A1"
S: a6 NO {{text}}
C: a7 CANCELUPDATE "a9" "a2"
S: a7 NO {{text}}
do STORE 2 +FLAGS.SILENT (\Seen \Flagged)
C: a8 NOOP
S: * 2 FETCH (UID 2 FLAGS (\Seen \Flagged))
S: * ESEARCH (TAG "a1") UID ADDTO (0 2)
S: a8 OK {{text}}
C: a9 CANCELUPDATE
S: a9 BAD {{text}}
C: b1 CANCELUPDATE a1
S: b1 BAD {{text}}
C: b2 UID CANCELUPDATE "a1"
S: b2 BAD {{text}}
C: b3 CANCELUPDATE "a1" x
S: b3 BAD {{text}}
# another mailbox
open INBOX
do STORE 2 -FLAGS.SILENT (\Seen \Flagged)
C: b4 NOOP
S: * 2 FETCH (UID 2 FLAGS ())
S: b4 OK {{text}}
C: b5 CANCELUPDATE "a1"
S: b5 NO {{text}}
C: a1 SEARCH RETURN (UPDATE) ALL
S: * ESEARCH (TAG "a1")
S: a1 OK {{text}}
C: b6 UNSELECT
S: b6 OK {{text}}
open INBOX
C: b7 CANCELUPDATE "a1"
S: b7 NO {{text}}
C: a1 SEARCH RETURN (UPDATE) ALL
S: * ESEARCH (TAG "a1")
S: a1 OK {{text}}
C: b8 CLOSE
S: b8 OK {{text}}
open INBOX
C: b9 CANCELUPDATE "a1"
S: b9 NO {{text}}
# the mailbox is gone: what happens in it then concerns nobody
open Work
C: c1 SEARCH RETURN (UPDATE) ALL
S: * ESEARCH (TAG "c1")
S: c1 OK {{text}}
do DELETE Work
C: c2 NOOP
S: * OK [CLOSED] {{text}}
S: c2 OK {{text}}
C: c3 CANCELUPDATE "c1"
S: c3 BAD {{text}}
# RFC 8437
open INBOX
C: d1 SEARCH RETURN (UPDATE) FLAGGED
S: * ESEARCH (TAG "d1")
S: d1 OK {{text}}
C: d2 UNAUTHENTICATE
S: d2 OK {{text}}
C: d3 LOGIN anna secret
S: d3 OK {{text}}
open INBOX
do STORE 2 +FLAGS.SILENT (\Flagged)
C: d4 NOOP
S: * 2 FETCH (UID 2 FLAGS (\Flagged))
S: d4 OK {{text}}
