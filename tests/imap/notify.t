# RFC 5465, 3.1: the example, and 5: what is told of other mailboxes, in no command
login
mailbox Lists
mailbox Lists/Im2000
mailbox Lists/Lemonade
mailbox misc
messages Lists/Lemonade 2
old Lists/Lemonade
C: b notify set status (selected (MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge))
S: * STATUS Lists (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {{number}})
S: * STATUS Lists/Im2000 (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {{number}})
S: * STATUS Lists/Lemonade (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {{number}})
S: b OK {{text}}
open INBOX
message Lists/Lemonade <<EOF
From: alice@example.org

Hello
EOF
S: * STATUS Lists/Lemonade (MESSAGES 3 UIDNEXT 4 UIDVALIDITY {{number}})
message INBOX <<EOF
Subject: Re: good morning
From: alice@example.org
To: bob@example.org

Hello
EOF
S: * 1 EXISTS
S: * 1 RECENT
S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (from to subject)] {75}
| Subject: Re: good morning
| From: alice@example.org
| To: bob@example.org
| 
| )
# nothing is told of what was not asked for
messages misc 1
C: d STATUS misc (UIDVALIDITY UIDNEXT MESSAGES)
S: * STATUS misc ({{any}})
S: d OK {{text}}
C: e notify set (selected (MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge)) (mailboxes misc (MessageNew MessageExpunge))
S: e OK {{text}}
messages misc 1
S: * STATUS misc (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {{number}})
do SELECT INBOX
do STORE 1 +FLAGS (\Deleted)
do EXPUNGE
S: * 1 EXPUNGE
