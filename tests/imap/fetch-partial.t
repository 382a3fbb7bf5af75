# RFC 3501, 6.4.5: from beyond the end: an empty string; over the end: what there is
login
message INBOX <<EOF
Subject: x

0123456789
EOF
examine INBOX
C: a1 FETCH 1 BODY.PEEK[TEXT]<0.4>
S: * 1 FETCH (BODY[TEXT]<0> {4}
| 0123)
S: a1 OK {{text}}
C: a2 FETCH 1 BODY.PEEK[TEXT]<8.100>
S: * 1 FETCH (BODY[TEXT]<8> {4}
| 89
| )
S: a2 OK {{text}}
C: a3 FETCH 1 BODY.PEEK[TEXT]<12.10>
S: * 1 FETCH (BODY[TEXT]<12> {0}
| )
S: a3 OK {{text}}
C: a4 FETCH 1 BODY.PEEK[TEXT]<4294967295.4294967295>
S: * 1 FETCH (BODY[TEXT]<4294967295> {0}
| )
S: a4 OK {{text}}
C: a5 FETCH 1 BODY.PEEK[TEXT]<0.0>
S: a5 BAD {{text}}
C: a6 FETCH 1 BODY.PEEK[TEXT]<1>
S: a6 BAD {{text}}
C: a7 FETCH 1 BODY.PEEK[]<0.3>
S: * 1 FETCH (BODY[]<0> {3}
| Sub)
S: a7 OK {{text}}
C: a8 FETCH 1 (BODY.PEEK[TEXT]<2.3> BODY.PEEK[TEXT]<5.1>)
S: * 1 FETCH (BODY[TEXT]<2> {3}
| 234 BODY[TEXT]<5> {1}
| 5)
S: a8 OK {{text}}
