# a message that moves keeps flags and date; \Deleted of others does not matter
login
message INBOX flags (\Seen $Work) date "17-Jul-1996 02:44:25 -0700" <<EOF
Subject: x

x
EOF
messages INBOX 1
mailbox Work
old INBOX
open INBOX
C: a1 STORE 2 +FLAGS.SILENT (\Deleted)
S: a1 OK {{text}}
C: a2 MOVE 1 Work
S: * OK [COPYUID {{uidvalidity}} 1 1] {{text}}
S: * 1 EXPUNGE
S: a2 OK {{text}}
C: a3 UID SEARCH ALL
S: * SEARCH 2
S: a3 OK {{text}}
old Work
examine Work
C: a4 FETCH 1 (FLAGS INTERNALDATE)
S: * 1 FETCH (FLAGS ({{set:\Seen $Work}}) INTERNALDATE "17-Jul-1996 02:44:25 -0700")
S: a4 OK {{text}}
