# draft-ietf-morg-inthread, as far as others follow it: THREAD REFS
login
message INBOX <<EOF
Date: 1 Mar 2020 12:00:00 +0000
Subject: old, and answered last
Message-Id: <1@x>

EOF
message INBOX <<EOF
Date: 2 Mar 2020 12:00:00 +0000
Subject: Re: one subject
Message-Id: <2@x>

EOF
message INBOX <<EOF
Date: 3 Mar 2020 12:00:00 +0000
Subject: one subject
Message-Id: <3@x>

EOF
# two answers to what is not there, around the others
message INBOX <<EOF
Date: 8 Mar 2020 12:00:00 +0000
Subject: a second answer
Message-Id: <4@x>
References: <gone@x>

EOF
message INBOX <<EOF
Date: 1 Mar 2020 11:00:00 +0000
Subject: a first answer
Message-Id: <5@x>
References: <gone@x>

EOF
message INBOX <<EOF
Date: 9 Mar 2020 12:00:00 +0000
Subject: Re: old, and answered last
Message-Id: <6@x>
References: <1@x> <7@x>

EOF
message INBOX <<EOF
Date: 5 Mar 2020 12:00:00 +0000
Subject: Re: old, and answered last
Message-Id: <7@x>
In-Reply-To: <1@x>

EOF
message INBOX <<EOF
Date: 4 Mar 2020 12:00:00 +0000
Subject: Re: old, and answered last
Message-Id: <8@x>
In-Reply-To: <1@x>

EOF
# the same date as the thread before: what begins first comes first
message INBOX <<EOF
Date: 3 Mar 2020 12:00:00 +0000
Subject: at the same time
Message-Id: <9@x>

EOF
old INBOX
open INBOX
C: a1 THREAD REFS UTF-8 ALL
S: * THREAD (2)(3)(9)((5)(4))(1 (8)(7 6))
S: a1 OK {{text}}
C: a2 THREAD REFERENCES UTF-8 ALL
S: * THREAD ((5)(4))(1 (8)(7 6))(3 2)(9)
S: a2 OK {{text}}
C: a3 UID THREAD refs US-ASCII UID 1:5,7:8
S: * THREAD (2)(3)(1 (8)(7))((5)(4))
S: a3 OK {{text}}
C: a4 THREAD REFS UTF-8 TEXT gewp
S: * THREAD
S: a4 OK {{text}}
C: a5 CAPABILITY
S: * CAPABILITY {{any}}THREAD=REFS{{any}}
S: a5 OK {{text}}
