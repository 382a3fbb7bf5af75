# threads are kept for who asks again: they are those of exactly the messages that were found, as each session counts them
login
message INBOX <<EOF
Date: 1 Mar 2020 12:00:00 +0000
Subject: alone
Message-Id: <1@x>

EOF
message INBOX flags (\Seen) <<EOF
Date: 2 Mar 2020 12:00:00 +0000
Subject: tree
Message-Id: <2@x>

EOF
message INBOX <<EOF
Date: 3 Mar 2020 12:00:00 +0000
Subject: Re: tree
Message-Id: <3@x>
References: <2@x>

EOF
message INBOX <<EOF
Date: 4 Mar 2020 12:00:00 +0000
Subject: Re: tree
Message-Id: <4@x>
References: <2@x>

EOF
old INBOX
open INBOX
C: a1 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1)(2 (3)(4))
S: a1 OK {{text}}
C: a2 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1)(2 (3)(4))
S: a2 OK {{text}}
# found in another way, the same messages; and by another algorithm
C: a3 THREAD REFERENCES UTF-8 UID 1:* SENTSINCE 1-Jan-2020
S: * THREAD (1)(2 (3)(4))
S: a3 OK {{text}}
C: a4 THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (1)(2 (3)(4))
S: a4 OK {{text}}
# fewer of them
C: a5 THREAD REFERENCES UTF-8 UNSEEN
S: * THREAD (1)((3)(4))
S: a5 OK {{text}}
C: a6 UID THREAD REFERENCES UTF-8 UNSEEN
S: * THREAD (1)((3)(4))
S: a6 OK {{text}}
C: a7 UID STORE 2 -FLAGS.SILENT (\Seen)
S: a7 OK {{text}}
C: a8 THREAD REFERENCES UTF-8 UNSEEN
S: * THREAD (1)(2 (3)(4))
S: a8 OK {{text}}
C: a9 THREAD REFERENCES UTF-8 SUBJECT nothing
S: * THREAD
S: a9 OK {{text}}
C: a10 THREAD REFERENCES UTF-8 SUBJECT nothing
S: * THREAD
S: a10 OK {{text}}
# one session knows that a message is gone, the other does not yet: their numbers differ
C2: b1 SELECT INBOX
S2?: * FLAGS {{text}}
S2?: * OK [PERMANENTFLAGS {{text}}
S2: * 4 EXISTS
S2?: * {{number}} RECENT
S2?: * OK [UNSEEN {{text}}
S2?: * OK [UIDVALIDITY {{text}}
S2?: * OK [UIDNEXT {{text}}
S2?: * OK [HIGHESTMODSEQ {{text}}
S2?: * OK [MAILBOXID {{text}}
S2: b1 OK [READ-WRITE] {{text}}
C: a11 UID STORE 1 +FLAGS.SILENT (\Deleted)
S: a11 OK {{text}}
C: a12 EXPUNGE
S: * 1 EXPUNGE
S: a12 OK {{text}}
C: a13 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1 (2)(3))
S: a13 OK {{text}}
C: a14 UID THREAD REFERENCES UTF-8 ALL
S: * THREAD (2 (3)(4))
S: a14 OK {{text}}
C2: b2 THREAD REFERENCES UTF-8 ALL
S2: * THREAD (2 (3)(4))
S2: b2 OK {{text}}
# what comes takes its place
message INBOX <<EOF
Date: 5 Mar 2020 12:00:00 +0000
Subject: Re: tree
Message-Id: <5@x>
References: <2@x> <4@x>

EOF
C2: b3 NOOP
S2: * 1 EXPUNGE
S2: * 4 EXISTS
S2?: * {{number}} RECENT
S2: b3 OK {{text}}
C2: b4 THREAD REFERENCES UTF-8 ALL
S2: * THREAD (1 (2)(3 4))
S2: b4 OK {{text}}
C2: b5 UID THREAD REFERENCES UTF-8 ALL
S2: * THREAD (2 (3)(4 5))
S2: b5 OK {{text}}
# another mailbox
C2: b6 CREATE Other
S2: b6 OK {{text}}
C2: b7 UID COPY 5 Other
S2: b7 OK {{text}}
C2: b8 EXAMINE Other
S2?: * OK [CLOSED] {{text}}
S2?: * FLAGS {{text}}
S2?: * OK [PERMANENTFLAGS {{text}}
S2: * 1 EXISTS
S2?: * {{number}} RECENT
S2?: * OK [UNSEEN {{text}}
S2?: * OK [UIDVALIDITY {{text}}
S2?: * OK [UIDNEXT {{text}}
S2?: * OK [HIGHESTMODSEQ {{text}}
S2?: * OK [MAILBOXID {{text}}
S2: b8 OK [READ-ONLY] {{text}}
C2: b9 THREAD REFERENCES UTF-8 ALL
S2: * THREAD (1)
S2: b9 OK {{text}}
C2: b10 UNSELECT
S2: b10 OK {{text}}
# a new one of that name
C2: b11 DELETE Other
S2: b11 OK {{text}}
C2: b12 CREATE Other
S2: b12 OK {{text}}
message Other <<EOF
Date: 5 Mar 2020 12:00:00 +0000
Subject: other

EOF
message Other <<EOF
Date: 4 Mar 2020 12:00:00 +0000
Subject: another

EOF
C2: b13 EXAMINE Other
S2?: * FLAGS {{text}}
S2?: * OK [PERMANENTFLAGS {{text}}
S2: * 2 EXISTS
S2?: * {{number}} RECENT
S2?: * OK [UNSEEN {{text}}
S2?: * OK [UIDVALIDITY {{text}}
S2?: * OK [UIDNEXT {{text}}
S2?: * OK [HIGHESTMODSEQ {{text}}
S2?: * OK [MAILBOXID {{text}}
S2: b13 OK [READ-ONLY] {{text}}
C2: b14 THREAD REFERENCES UTF-8 ALL
S2: * THREAD (2)(1)
S2: b14 OK {{text}}
C2: b15 THREAD REFERENCES UTF-8 1
S2: * THREAD (1)
S2: b15 OK {{text}}
C2: b16 THREAD REFERENCES UTF-8 2
S2: * THREAD (2)
S2: b16 OK {{text}}
