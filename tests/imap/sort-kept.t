# what SORT and THREAD worked out of a message is kept, also for other sessions; messages come and go beside it
login
message INBOX date " 3-Feb-2020 10:00:00 +0000" <<EOF
Date: Mon, 06 Jan 2020 12:00:00 +0000
Message-ID: <one@example.org>
From: zoe@example.org
Subject: beta, which is longer than eight octets

EOF
message INBOX date " 1-Feb-2020 10:00:00 +0000" <<EOF
Message-ID: <two@example.org>
References: <gone@example.org> <one@example.org>
From: anna@example.org
Subject: Re: beta, which is longer than others

EOF
message INBOX date " 2-Feb-2020 12:00:00 +0100" <<EOF
Date: Tue, 07 Jan 2020 12:00:00 +0000
From: bert@example.org
Subject: Re: beta, which is longer than eight octets

EOF
old INBOX
open INBOX
C: a1 SORT (DATE) UTF-8 2:3
S: * SORT 3 2
S: a1 OK {{text}}
C: a2 SORT (SUBJECT REVERSE DATE) UTF-8 ALL
S: * SORT 3 1 2
S: a2 OK {{text}}
C: a3 SORT (DATE) UTF-8 ALL
S: * SORT 1 3 2
S: a3 OK {{text}}
C: a4 SORT (REVERSE DATE) UTF-8 ALL
S: * SORT 2 3 1
S: a4 OK {{text}}
C: a5 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1 (3)(2))
S: a5 OK {{text}}
C: a6 THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (1 3)(2)
S: a6 OK {{text}}
C2: b1 SELECT INBOX
S2?: * FLAGS {{text}}
S2?: * OK [PERMANENTFLAGS {{text}}
S2: * 3 EXISTS
S2?: * {{number}} RECENT
S2?: * OK [UNSEEN {{text}}
S2?: * OK [UIDVALIDITY {{text}}
S2?: * OK [UIDNEXT {{text}}
S2?: * OK [HIGHESTMODSEQ {{text}}
S2?: * OK [MAILBOXID {{text}}
S2: b1 OK [READ-WRITE] {{text}}
C2: b2 UID SORT (SUBJECT DATE) UTF-8 ALL
S2: * SORT 1 3 2
S2: b2 OK {{text}}
C2: b3 UID THREAD REFERENCES UTF-8 ALL
S2: * THREAD (1 (3)(2))
S2: b3 OK {{text}}
C: a7 UID STORE 1 +FLAGS.SILENT (\Deleted)
S: a7 OK {{text}}
C: a8 EXPUNGE
S: * 1 EXPUNGE
S: a8 OK {{text}}
message INBOX date " 1-Feb-2020 10:00:00 +0000" <<EOF
Date: Sun, 05 Jan 2020 12:00:00 +0000
Message-ID: <gone@example.org>
From: carl@example.org
Subject: alpha

EOF
C2: b4 NOOP
S2: * 1 EXPUNGE
S2: * 3 EXISTS
S2?: * {{number}} RECENT
S2: b4 OK {{text}}
C2: b5 UID SORT (SUBJECT DATE) UTF-8 ALL
S2: * SORT 4 3 2
S2: b5 OK {{text}}
C2: b6 UID THREAD REFERENCES UTF-8 ALL
S2: * THREAD (4 2)(3)
S2: b6 OK {{text}}
C2: b7 UID SORT (FROM) UTF-8 ALL
S2: * SORT 2 3 4
S2: b7 OK {{text}}
C2: b8 UID SORT (REVERSE ARRIVAL) UTF-8 ALL
S2: * SORT 3 2 4
S2: b8 OK {{text}}
