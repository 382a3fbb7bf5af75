# RFC 8508, 3.2 and 3.3
login
messages INBOX 5
do CREATE Drafts
C: a1 CAPABILITY
S: * CAPABILITY {{with:REPLACE}}
S: a1 OK {{text}}
C: a2 REPLACE 1 Drafts {4+}
| mail
S: a2 BAD {{text}}
open INBOX
C: A003 REPLACE 4 INBOX (\Seen \Draft) {310}
S: + {{text}}
L: Date: Thu, 1 Jan 2015 00:05:00 -0500 (EST)
L: From: Fritz Schmidt <fritz.ze@example.org>
L: Subject: happy new year !!
L: To: miss.mitzy@example.org
L: Message-Id: <B238822388-0100000@example.org>
L: MIME-Version: 1.0
L: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
L: 
L: Just saw the best fireworks show. Wish you were here.
L: 
S: * OK [APPENDUID {{number}} 6] {{text}}
S: * 4 EXPUNGE
S: * 5 EXISTS
S: * {{number}} RECENT
S: A003 OK {{text}}
C: A004 UID REPLACE 6 INBOX (\Flagged) "01-Jan-2015 00:06:00 -0500" {9+}
| Subj: x
| 
S: * OK [APPENDUID {{number}} 7] {{text}}
S: * 5 EXPUNGE
S: * 5 EXISTS
S: * {{number}} RECENT
S: A004 OK {{text}}
# nothing of the old message passes to the new
C: a5 FETCH 5 (FLAGS INTERNALDATE BODY.PEEK[])
S: * 5 FETCH (FLAGS (\Flagged \Recent) INTERNALDATE "01-Jan-2015 00:06:00 -0500" BODY[] {9}
| Subj: x
| )
S: a5 OK {{text}}
# into another mailbox
C: a6 REPLACE 1 Drafts (\Seen) {5+}
| hello
S: * OK [APPENDUID {{number}} 1] {{text}}
S: * 1 EXPUNGE
S: a6 OK {{text}}
C: a7 STATUS Drafts (MESSAGES UNSEEN)
S: * STATUS Drafts (MESSAGES 1 UNSEEN 0)
S: a7 OK {{text}}
# * is the last one
C: a8 REPLACE * INBOX {5+}
| hello
S: * OK [APPENDUID {{number}} 8] {{text}}
S: * 4 EXPUNGE
S: * 4 EXISTS
S: * {{number}} RECENT
S: a8 OK {{text}}
