# RFC 3501, 6.4.4: CHARSET; what is encoded is found in clear
login
message INBOX <<EOF
From: =?iso-8859-1?q?J=F6rg?= <joerg@example.org>
Subject: =?utf-8?b?R3LDvMOfZQ==?=

x
EOF
message INBOX <<EOF
MIME-Version: 1.0
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Viele Gr=FC=DFe
EOF
old INBOX
open INBOX
C: a1 SEARCH CHARSET UTF-8 SUBJECT {7+}
| Gr\xc3\xbc\xc3\x9fe
S: * SEARCH 1
S: a1 OK {{text}}
C: a2 SEARCH CHARSET UTF-8 BODY {7+}
| gR\xc3\x9c\xc3\x9fE
S: * SEARCH 2
S: a2 OK {{text}}
C: a3 SEARCH CHARSET ISO-8859-1 FROM {4+}
| j\xf6rg
S: * SEARCH 1
S: a3 OK {{text}}
C: a4 SEARCH CHARSET US-ASCII SUBJECT x
S: * SEARCH
S: a4 OK {{text}}
C: a5 SEARCH CHARSET X-NO-SUCH TEXT x
S: a5 NO [BADCHARSET ({{any}}UTF-8{{any}})] {{text}}
C: a6 SEARCH CHARSET
S: a6 BAD {{text}}
C: a7 SEARCH CHARSET utf-8
S: a7 BAD {{text}}
C: a8 SEARCH CHARSET "utf-8" ALL
S: * SEARCH 1 2
S: a8 OK {{text}}
C: a9 SEARCH CHARSET UTF-8 TEXT {2+}
| \xc3\x28
S: a9 BAD {{text}}
