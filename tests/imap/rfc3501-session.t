# RFC 3501, 8: the sample session, as far as its mailbox can be had
user mrc secret
message INBOX <<EOF
Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
From: Terry Gray <gray@cac.washington.edu>
Subject: IMAP4rev1 WG mtg summary and minutes
To: imap@cac.washington.edu
cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
Message-Id: <B27397-0100000@cac.washington.edu>
MIME-Version: 1.0
Content-Type: TEXT/PLAIN; CHARSET=US-ASCII

We met.
EOF
S: * OK {{text}}
C: a001 login mrc secret
S: a001 OK {{text}}
C: a002 select inbox
S*: * 1 EXISTS
S*: * FLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft}})
S*: * 1 RECENT
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 2] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a002 OK [READ-WRITE] {{text}}
C: a003 fetch 1 full
S: * 1 FETCH (FLAGS (\Recent) INTERNALDATE "{{text}}" RFC822.SIZE 351 ENVELOPE ("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL "<B27397-0100000@cac.washington.edu>") BODY ("{{text}}" "{{text}}" ("{{text}}" "US-ASCII") NIL NIL "{{text}}" 9 1))
S: a003 OK {{text}}
C: a004 fetch 1 body[header]
S: * 1 FETCH (BODY[HEADER] {342}
| Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
| From: Terry Gray <gray@cac.washington.edu>
| Subject: IMAP4rev1 WG mtg summary and minutes
| To: imap@cac.washington.edu
| cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
| Message-Id: <B27397-0100000@cac.washington.edu>
| MIME-Version: 1.0
| Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
|
|  FLAGS ({{set:\Seen \Recent}}))
S: a004 OK {{text}}
C: a005 store 1 +flags \deleted
S: * 1 FETCH (FLAGS ({{set:\Seen \Deleted \Recent}}))
S: a005 OK {{text}}
C: a006 logout
S: * BYE {{text}}
S: a006 OK {{text}}
closed
