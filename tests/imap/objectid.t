# RFC 8474: ids of mailboxes, messages and threads
login
C: a1 CREATE foo
S: a1 OK [MAILBOXID ({{f=text}})] {{text}}
C: a2 STATUS foo (MAILBOXID)
S: * STATUS {{astring:foo}} (MAILBOXID ({{$f}}))
S: a2 OK {{text}}
message INBOX <<EOF
Subject: Message A
Message-ID: <fake.1521475657.54797@example.com>

a
EOF
message INBOX <<EOF
Subject: Re: Message A
Message-ID: <fake.1521475657.21213@example.org>
References: <fake.1521475657.54797@example.com>

b
EOF
message INBOX <<EOF
Subject: Message C
Message-ID: <fake.1521475657.60280@example.com>

c
EOF
old INBOX
open INBOX
C: a22 FETCH 1:* (EMAILID THREADID)
S: * 1 FETCH (EMAILID ({{m1=text}}) THREADID ({{t1=text}}))
S: * 2 FETCH (EMAILID ({{m2=text}}) THREADID ({{$t1}}))
S: * 3 FETCH (EMAILID ({{m3=text}}) THREADID ({{t3=text}}))
S: a22 OK {{text}}
C: a23 MOVE 2 foo
S: * OK [COPYUID {{text}}] {{text}}
S: * 2 EXPUNGE
S: a23 OK {{text}}
C: a24 UID FETCH 1:* (EMAILID THREADID)
S: * 1 FETCH (UID 1 EMAILID ({{$m1}}) THREADID ({{$t1}}))
S: * 2 FETCH (UID 3 EMAILID ({{$m3}}) THREADID ({{$t3}}))
S: a24 OK {{text}}
C: a25 SELECT foo
S: * OK [CLOSED] {{text}}
S*: * 1 EXISTS
S*: * {{number}} RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 2] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{$f}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a25 OK [READ-WRITE] {{text}}
C: a26 FETCH 1:* (EMAILID THREADID)
S: * 1 FETCH (EMAILID ({{$m2}}) THREADID ({{$t1}}))
S: a26 OK {{text}}
C: a27 SEARCH EMAILID {{$m2}}
S: * SEARCH 1
S: a27 OK {{text}}
C: a28 SEARCH THREADID {{$t3}}
S: * SEARCH
S: a28 OK {{text}}
C: a29 SEARCH THREADID {{$t1}} NOT EMAILID {{$m1}}
S: * SEARCH 1
S: a29 OK {{text}}
C: a30 SEARCH EMAILID ""
S: a30 BAD {{text}}
# a new name, the same id; another mailbox of the old name has another
C: a31 UNSELECT
S: a31 OK {{text}}
C: a32 RENAME foo bar
S: a32 OK {{text}}
C: a33 STATUS bar (MAILBOXID)
S: * STATUS {{astring:bar}} (MAILBOXID ({{$f}}))
S: a33 OK {{text}}
C: a34 CREATE foo
S: a34 OK [MAILBOXID ({{g=text}})] {{text}}
differ f g
