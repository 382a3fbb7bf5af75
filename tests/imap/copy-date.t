# RFC 3501, 6.4.7: flags and internal date are preserved
login
message INBOX flags (\Answered $Work) date "17-Jul-1996 02:44:25 -0700" <<EOF
Subject: x

x
EOF
mailbox Work
open INBOX
C: a1 COPY 1 Work
S: a1 OK [COPYUID {{uidvalidity}} 1 1] {{text}}
old Work
examine Work
C: a2 FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE)
S: * 1 FETCH (FLAGS ({{set:\Answered $Work}}) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 17)
S: a2 OK {{text}}
