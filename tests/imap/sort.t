# RFC 5256: SORT by each key
login
message INBOX date " 3-Feb-2020 10:00:00 +0000" <<EOF
Date: Mon, 06 Jan 2020 12:00:00 +0000
From: Zoe <anna@example.org>
To: Bert <bert@example.org>
Cc: carl@example.org
Subject: beta

EOF
message INBOX date " 1-Feb-2020 10:00:00 +0000" <<EOF
Date: Mon, 06 Jan 2020 12:30:00 +0200
From: =?utf-8?q?=C3=84nne?= <Zacharias@example.org>
To: "Anton" <dora@example.org>
Subject: Re: [list] ALPHA

a longer text, so that this message is the largest of them all, as far as octets go, by far.
EOF
message INBOX date " 2-Feb-2020 12:00:00 +0100" <<EOF
From: <bert@example.org>
To: bert@example.net
Cc: anton@example.org
Subject: alpha (fwd)

c
EOF
message INBOX date " 2-Feb-2020 10:30:00 +0000" <<EOF
Date: nonsense
Subject: Re:

EOF
old INBOX
open INBOX
C: a1 SORT (ARRIVAL) UTF-8 ALL
S: * SORT 2 4 3 1
S: a1 OK {{text}}
C: a2 SORT (REVERSE ARRIVAL) US-ASCII ALL
S: * SORT 1 3 4 2
S: a2 OK {{text}}
# 2 was sent before 1 in UTC; 3 and 4 have only an internal date
C: a3 SORT (DATE) UTF-8 ALL
S: * SORT 2 1 4 3
S: a3 OK {{text}}
C: a4 SORT (CC) UTF-8 ALL
S: * SORT 2 4 3 1
S: a4 OK {{text}}
C: a5 SORT (FROM) UTF-8 ALL
S: * SORT 4 1 3 2
S: a5 OK {{text}}
C: a6 SORT (TO) UTF-8 ALL
S: * SORT 4 1 3 2
S: a6 OK {{text}}
# REVERSE turns one key around, not the order of equals
C: a7 SORT (REVERSE TO) UTF-8 ALL
S: * SORT 2 1 3 4
S: a7 OK {{text}}
C: a8 SORT (SUBJECT) UTF-8 ALL
S: * SORT 4 2 3 1
S: a8 OK {{text}}
C: a9 SORT (REVERSE SUBJECT) UTF-8 ALL
S: * SORT 1 2 3 4
S: a9 OK {{text}}
C: b1 SORT (SUBJECT REVERSE ARRIVAL) UTF-8 ALL
S: * SORT 4 3 2 1
S: b1 OK {{text}}
C: b2 SORT (REVERSE SIZE) UTF-8 1:2
S: * SORT 2 1
S: b2 OK {{text}}
# RFC 5957: by what a reader sees
C: b3 SORT (DISPLAYFROM) UTF-8 ALL
S: * SORT 4 2 3 1
S: b3 OK {{text}}
C: b4 SORT (DISPLAYTO) UTF-8 ALL
S: * SORT 4 2 1 3
S: b4 OK {{text}}
C: b5 SORT (SUBJECT) US-ASCII TEXT "not in mailbox"
S: * SORT
S: b5 OK {{text}}
C: b6 SORT (DATE REVERSE DATE DATE) UTF-8 ALL
S: * SORT 2 1 4 3
S: b6 OK {{text}}
C: b7 UID SORT (SUBJECT) UTF-8 UID 1,2
S: * SORT 2 1
S: b7 OK {{text}}
C: b8 SORT (SUBJECT) {5+}
| UTF-8 SUBJECT alpha
S: * SORT 2 3
S: b8 OK {{text}}
# what is wrong
C: c1 SORT (SUBJECT) KOI-99 ALL
S: c1 NO [BADCHARSET {{text}}] {{text}}
C: c2 SORT () UTF-8 ALL
S: c2 BAD {{text}}
C: c3 SORT (REVERSE) UTF-8 ALL
S: c3 BAD {{text}}
C: c4 SORT (WEIGHT) UTF-8 ALL
S: c4 BAD {{text}}
C: c5 SORT (DATE) UTF-8
S: c5 BAD {{text}}
C: c6 SORT (DATE) ALL
S: c6 BAD {{text}}
C: c7 SORT DATE UTF-8 ALL
S: c7 BAD {{text}}
C: c8 SORT (DATE REVERSE REVERSE DATE) UTF-8 ALL
S: c8 BAD {{text}}
C: c9 CLOSE
S: c9 OK {{text}}
C: d1 SORT (DATE) UTF-8 ALL
S: d1 BAD {{text}}
