# RFC 5255: which texts are equal, for SEARCH, SORT and THREAD
login
message INBOX <<EOF
Date: Mon, 06 Jan 2020 12:00:00 +0000
From: <Beta@example.org>
Subject: =?utf-8?q?=C3=A4pfel?=

The Body of gR=C3=B6=C3=9Fe
EOF
message INBOX <<EOF
Date: Tue, 07 Jan 2020 12:00:00 +0000
From: <alpha@example.org>
Subject: =?utf-8?q?=C3=84PFEL?=

the body
EOF
message INBOX <<EOF
Date: Wed, 08 Jan 2020 12:00:00 +0000
From: <Alpha@example.org>
Subject: Zimt

EOF
message INBOX <<EOF
Date: Thu, 09 Jan 2020 12:00:00 +0000
From: <beta@example.org>
Subject: zimt

EOF
old INBOX
open INBOX
C: a1 COMPARATOR
S: * COMPARATOR i;unicode-casemap
S: a1 OK {{text}}
C: a2 SORT (FROM) UTF-8 ALL
S: * SORT 2 3 1 4
S: a2 OK {{text}}
C: a3 SORT (SUBJECT) UTF-8 ALL
S: * SORT 1 2 3 4
S: a3 OK {{text}}
C: a4 THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (1 2)(3 4)
S: a4 OK {{text}}
C: a5 SEARCH CHARSET UTF-8 SUBJECT {4+}
| \xc3\xa4pf
S: * SEARCH 1 2
S: a5 OK {{text}}
C: b1 COMPARATOR i;octet
S: * COMPARATOR i;octet
S: b1 OK {{text}}
C: b2 SORT (FROM) UTF-8 ALL
S: * SORT 3 1 2 4
S: b2 OK {{text}}
C: b3 SORT (SUBJECT) UTF-8 ALL
S: * SORT 3 4 2 1
S: b3 OK {{text}}
C: b4 THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (1)(2)(3)(4)
S: b4 OK {{text}}
C: b5 SEARCH CHARSET UTF-8 SUBJECT {4+}
| \xc3\xa4pf
S: * SEARCH 1
S: b5 OK {{text}}
C: b6 SEARCH BODY body
S: * SEARCH 2
S: b6 OK {{text}}
C: b7 SEARCH NOT BODY Body
S: * SEARCH 2 3 4
S: b7 OK {{text}}
C: b8 SEARCH FROM alpha
S: * SEARCH 2
S: b8 OK {{text}}
C: b9 SEARCH TEXT Alpha
S: * SEARCH 3
S: b9 OK {{text}}
# the name of a field is no text
C: b0 SEARCH HEADER sUBJECT Zimt
S: * SEARCH 3
S: b0 OK {{text}}
C: c1 COMPARATOR "i;ascii-casemap"
S: * COMPARATOR i;ascii-casemap
S: c1 OK {{text}}
C: c2 SORT (SUBJECT) UTF-8 ALL
S: * SORT 3 4 2 1
S: c2 OK {{text}}
C: c3 THREAD ORDEREDSUBJECT UTF-8 ALL
S: * THREAD (1)(2)(3 4)
S: c3 OK {{text}}
C: c4 SEARCH CHARSET UTF-8 SUBJECT {4+}
| \xc3\xa4pf
S: * SEARCH 1
S: c4 OK {{text}}
C: c5 SEARCH BODY body
S: * SEARCH 1 2
S: c5 OK {{text}}
C: c6 SORT (FROM) UTF-8 ALL
S: * SORT 2 3 1 4
S: c6 OK {{text}}
# the other way round
C: d1 COMPARATOR -i;octet
S: * COMPARATOR -i;octet
S: d1 OK {{text}}
C: d2 SORT (FROM) UTF-8 ALL
S: * SORT 4 2 1 3
S: d2 OK {{text}}
C: d3 SORT (REVERSE FROM) UTF-8 ALL
S: * SORT 3 1 2 4
S: d3 OK {{text}}
C: d4 SORT (REVERSE DATE) UTF-8 ALL
S: * SORT 4 3 2 1
S: d4 OK {{text}}
# several match
C: e1 COMPARATOR "cz;*" i;basic "*-casemap"
S: * COMPARATOR i;unicode-casemap (i;unicode-casemap i;ascii-casemap)
S: e1 OK {{text}}
C: e2 COMPARATOR I;OCTET *
S: * COMPARATOR i;octet (i;unicode-casemap i;ascii-casemap i;octet)
S: e2 OK {{text}}
C: e3 COMPARATOR i;basic
S: e3 NO [BADCOMPARATOR] {{text}}
C: e4 COMPARATOR
S: * COMPARATOR i;octet
S: e4 OK {{text}}
C: e5 COMPARATOR default
S: * COMPARATOR i;unicode-casemap
S: e5 OK {{text}}
C: e6 COMPARATOR "**"
S: e6 BAD {{text}}
C: e7 COMPARATOR ""
S: e7 BAD {{text}}
C: e8 COMPARATOR {{repeat 256 a}}
S: e8 BAD {{text}}
C: e9 COMPARATOR +i;o*t
S: * COMPARATOR i;octet
S: e9 OK {{text}}
C: e0 COMPARATOR (i;octet)
S: e0 BAD {{text}}
