# RFC 5256: THREAD
login
# 2 and its answers, which fork; 4 came before what it answers
message INBOX <<EOF
Date: 1 Mar 2020 12:00:00 +0000
Subject: alone
Message-Id: <1@x>

EOF
message INBOX <<EOF
Date: 2 Mar 2020 12:00:00 +0000
Subject: tree
Message-Id: <2@x>

EOF
message INBOX <<EOF
Date: 4 Mar 2020 12:00:00 +0000
Subject: Re: tree
Message-Id: <4@x>
References: <2@x> <3@x>

EOF
message INBOX <<EOF
Date: 3 Mar 2020 12:00:00 +0000
Subject: Re: tree
Message-Id: <3@x>
References: <2@x>

EOF
message INBOX <<EOF
Date: 6 Mar 2020 12:00:00 +0000
Subject: Re: tree
Message-Id: <6@x>
In-Reply-To: your mail of <3@x> <someone@example.org>

EOF
# two answers to a message that is not there, quoted in two ways
message INBOX <<EOF
Date: 8 Mar 2020 12:00:00 +0000
Subject: Re: gone
Message-Id: <7@x>
References: <"g"@x>

EOF
message INBOX <<EOF
Date: 7 Mar 2020 12:00:00 +0000
Subject: other words
Message-Id: <8@x>
References: <g@x>

EOF
# a loop
message INBOX <<EOF
Date: 9 Mar 2020 12:00:00 +0000
Subject: loop a
Message-Id: <9@x>
References: <10@x>

EOF
message INBOX <<EOF
Date: 10 Mar 2020 12:00:00 +0000
Subject: loop b
Message-Id: <10@x>
References: <9@x>

EOF
# two replies without references have no common root; with the original, they are its children
message INBOX <<EOF
Date: 12 Mar 2020 12:00:00 +0000
Subject: Re: subj
Message-Id: <11@x>

EOF
message INBOX <<EOF
Date: 11 Mar 2020 12:00:00 +0000
Subject: Fwd: subj
Message-Id: <12@x>

EOF
message INBOX <<EOF
Date: 14 Mar 2020 12:00:00 +0000
Subject: Re: orig
Message-Id: <13@x>

EOF
message INBOX <<EOF
Date: 15 Mar 2020 12:00:00 +0000
Subject: orig
Message-Id: <14@x>

EOF
# the same id twice: the second is another message
message INBOX <<EOF
Date: 16 Mar 2020 12:00:00 +0000
Subject: twice
Message-Id: <15@x>

EOF
message INBOX <<EOF
Date: 17 Mar 2020 12:00:00 +0000
Subject: again
Message-Id: <15@x>

EOF
message INBOX <<EOF
Date: 18 Mar 2020 12:00:00 +0000
Subject: answer
Message-Id: <16@x>
References: <15@x>

EOF
old INBOX
open INBOX
C: a1 THREAD REFERENCES UTF-8 ALL
S: * THREAD (1)(2 4 (3)(5))((7)(6))(9 8)((11)(10))(13 12)(14 16)(15)
S: a1 OK {{text}}
C: a2 UID THREAD REFERENCES UTF-8 UID 2:5
S: * THREAD (2 4 (3)(5))
S: a2 OK {{text}}
# without the message in the middle, and without the first
C: a3 THREAD REFERENCES US-ASCII 2,3,5
S: * THREAD (2 (3)(5))
S: a3 OK {{text}}
C: a4 THREAD REFERENCES US-ASCII 3,5
S: * THREAD ((3)(5))
S: a4 OK {{text}}
C: a5 THREAD REFERENCES US-ASCII 3
S: * THREAD (3)
S: a5 OK {{text}}
C: a6 THREAD ORDEREDSUBJECT UTF-8 1:7,10:13
S: * THREAD (1)(2 (4)(3)(5))(7)(6)(11 10)(12 13)
S: a6 OK {{text}}
C: a7 THREAD ORDEREDSUBJECT US-ASCII TEXT "gewp"
S: * THREAD
S: a7 OK {{text}}
C: a8 THREAD REFERENCES US-ASCII TEXT "gewp"
S: * THREAD
S: a8 OK {{text}}
# RFC 7162 section 3.1.9: unchanged by MODSEQ
C: a9 THREAD REFERENCES UTF-8 MODSEQ 1 1
S: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * THREAD (1)
S: a9 OK {{text}}
C: b1 THREAD REFERENCES KOI-99 ALL
S: b1 NO [BADCHARSET {{text}}] {{text}}
C: b2 THREAD JWZ UTF-8 ALL
S: b2 BAD {{text}}
C: b3 THREAD REFERENCES UTF-8
S: b3 BAD {{text}}
C: b4 THREAD REFERENCES ALL
S: b4 BAD {{text}}
C: b5 THREAD RETURN (COUNT) REFERENCES UTF-8 ALL
S: b5 BAD {{text}}
C: b6 ENABLE UIDONLY
S: * ENABLED UIDONLY
S: b6 OK {{text}}
C: b7 THREAD REFERENCES UTF-8 ALL
S: b7 BAD [UIDREQUIRED] {{text}}
C: b8 UID THREAD REFERENCES UTF-8 UID 6:7
S: * THREAD ((7)(6))
S: b8 OK {{text}}
C: b9 CLOSE
S: b9 OK {{text}}
C: c1 THREAD REFERENCES UTF-8 ALL
S: c1 BAD {{text}}
