# RFC 3501, 6.3.11
login
mailbox saved-messages
C: A003 APPEND saved-messages (\Seen) {310}
S: + {{any}}
L: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
| From: Fred Foobar <foobar@Blurdybloop.COM>
| Subject: afternoon meeting
| To: mooch@owatagu.siam.edu
| Message-Id: <B27397-0100000@Blurdybloop.COM>
| MIME-Version: 1.0
| Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
|
| Hello Joe, do you think we can meet at 3:30 tomorrow?
|
S: A003 OK [APPENDUID {{uidvalidity}} 1] {{text}}
examine saved-messages
C: A005 FETCH 1 (FLAGS RFC822.SIZE BODY[TEXT])
S: * 1 FETCH (FLAGS ({{set:\Seen \Recent}}) RFC822.SIZE 310 BODY[TEXT] {55}
| Hello Joe, do you think we can meet at 3:30 tomorrow?
| )
S: A005 OK {{text}}
