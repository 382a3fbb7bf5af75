# RFC 3501, 7.4.2: Sender and Reply-To fall back to From; groups; NIL for what is missing
login
message INBOX <<EOF
Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
From: "Fred \"F\" Foobar" <foobar@Blurdybloop.COM>, second@example.org
To: A Group:Ed <ed@example.org>,joe@example.org;, mooch@owatagu.siam.edu
Cc: undisclosed recipients:;
Bcc: hidden@example.org
In-Reply-To: <1@example.org>
Message-ID: <2@example.org>
Subject: =?utf-8?q?caf=C3=A9?=
 and more

x
EOF
message INBOX <<EOF
Sender: secretary@example.org
Reply-To: answer@example.org
From: boss@example.org

x
EOF
message INBOX <<EOF

nothing but a body
EOF
examine INBOX
C: a1 FETCH 1 ENVELOPE
S: * 1 FETCH (ENVELOPE ("Mon, 7 Feb 1994 21:52:25 -0800 (PST)" "=?utf-8?q?caf=C3=A9?= and more" (("Fred \"F\" Foobar" NIL "foobar" "Blurdybloop.COM")(NIL NIL "second" "example.org")) (("Fred \"F\" Foobar" NIL "foobar" "Blurdybloop.COM")(NIL NIL "second" "example.org")) (("Fred \"F\" Foobar" NIL "foobar" "Blurdybloop.COM")(NIL NIL "second" "example.org")) ((NIL NIL "A Group" NIL)("Ed" NIL "ed" "example.org")(NIL NIL "joe" "example.org")(NIL NIL NIL NIL)(NIL NIL "mooch" "owatagu.siam.edu")) ((NIL NIL "undisclosed recipients" NIL)(NIL NIL NIL NIL)) ((NIL NIL "hidden" "example.org")) "<1@example.org>" "<2@example.org>"))
S: a1 OK {{text}}
C: a2 FETCH 2 ENVELOPE
S: * 2 FETCH (ENVELOPE (NIL NIL ((NIL NIL "boss" "example.org")) ((NIL NIL "secretary" "example.org")) ((NIL NIL "answer" "example.org")) NIL NIL NIL NIL NIL))
S: a2 OK {{text}}
C: a3 FETCH 3 ENVELOPE
S: * 3 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL))
S: a3 OK {{text}}
