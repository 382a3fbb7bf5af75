# a message larger than the spool keeps in memory, and larger than the output that is held
login
limit spool-memory 1000
limit output 500
C: a1 APPEND INBOX {5014+}
| Subject: x
|
| {{repeat 1250 abcd}}
S: a1 OK [APPENDUID {{uidvalidity}} 1] {{text}}
old INBOX
examine INBOX
C: a2 FETCH 1 (RFC822.SIZE BODY[]<4990.100>)
S: * 1 FETCH (RFC822.SIZE 5014 BODY[]<4990> {24}
| abcdabcdabcdabcdabcdabcd)
S: a2 OK {{text}}
C: a3 SEARCH LARGER 5013 BODY dabcdabcd
S: * SEARCH 1
S: a3 OK {{text}}
