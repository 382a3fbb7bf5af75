# RFC 3501, 6.4.4: BCC, CC, FROM, TO, SUBJECT and HEADER, as substrings in any case
login
message INBOX <<EOF
From: Ben Smith <ben@example.org>
To: anna@example.org
Cc: =?iso-8859-1?q?J=F6rg?= <joerg@example.org>
Subject: An afternoon
 meeting

x
EOF
message INBOX <<EOF
From: carl@example.net
To: "Anna B." <anna@example.org>, ben@example.org
Bcc: hidden@example.net
Subject: =?utf-8?b?R3LDvMOfZQ==?=
X-List: one
X-List: two

x
EOF
old INBOX
open INBOX
C: a1 SEARCH FROM smith
S: * SEARCH 1
S: a1 OK {{text}}
C: a2 SEARCH FROM EXAMPLE
S: * SEARCH 1 2
S: a2 OK {{text}}
C: a3 SEARCH TO ben
S: * SEARCH 2
S: a3 OK {{text}}
C: a4 SEARCH CC joerg
S: * SEARCH 1
S: a4 OK {{text}}
C: a5 SEARCH BCC hidden
S: * SEARCH 2
S: a5 OK {{text}}
C: a6 SEARCH SUBJECT "afternoon meeting"
S: * SEARCH 1
S: a6 OK {{text}}
C: a7 SEARCH HEADER X-List TWO
S: * SEARCH 2
S: a7 OK {{text}}
C: a8 SEARCH HEADER x-list ""
S: * SEARCH 2
S: a8 OK {{text}}
C: a9 SEARCH HEADER Message-ID ""
S: * SEARCH
S: a9 OK {{text}}
C: a10 SEARCH FROM {5+}
| smith NOT TO ben
S: * SEARCH 1
S: a10 OK {{text}}
C: a11 SEARCH SUBJECT nothing
S: * SEARCH
S: a11 OK {{text}}
