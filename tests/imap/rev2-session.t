# the session of RFC 9051 section 8, as far as it is not about TLS
login
message INBOX flags (\Seen) date "17-Jul-1996 02:44:25 -0700" <<EOF
Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
From: Terry Gray <gray@cac.washington.edu>
Subject: IMAP4rev2 WG mtg summary and minutes
To: imap@cac.washington.edu
cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
Message-Id: <B27397-0100000@cac.washington.edu>
MIME-Version: 1.0
Content-Type: TEXT/PLAIN; CHARSET=US-ASCII

text
EOF
C: babc ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: babc OK {{text}}
C: a002 select inbox
S: * FLAGS {{text}}
S: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: * 1 EXISTS
S: * LIST (\HasNoChildren) "/" INBOX ("OLDNAME" (inbox))
S: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S: * OK [UIDNEXT 2] {{text}}
S: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * OK [MAILBOXID ({{text}})] {{text}}
S: a002 OK [READ-WRITE] {{text}}
C: a003 fetch 1 full
S: * 1 FETCH (FLAGS (\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE {{number}} ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>") BODY ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7bit" 6 1))
S: a003 OK {{text}}
C: a004 fetch 1 body[header.fields (subject)]
S: * 1 FETCH (BODY[HEADER.FIELDS (subject)] {49}
| Subject: IMAP4rev2 WG mtg summary and minutes
|
| )
S: a004 OK {{text}}
C: a005 store 1 +flags \deleted
S: * 1 FETCH (FLAGS ({{set:\Seen \Deleted}}))
S: a005 OK {{text}}
C: a006 logout
S: * BYE {{text}}
S: a006 OK {{text}}
closed
