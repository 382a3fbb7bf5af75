# RFC 5465, 6: several groups may be for one mailbox; one that wants NONE of it ends the search
login
mailbox A
mailbox B
C: a1 notify set (mailboxes INBOX (Messagenew messageExpunge)) (personal (SubscriptionChange))
S: a1 OK {{text}}
messages INBOX 1
S: * STATUS INBOX (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {{number}})
do SUBSCRIBE INBOX
S: * LIST (\Subscribed \HasNoChildren) "/" INBOX
messages A 1
C: a2 notify set (selected (Messagenew (uid flags) messageExpunge)) (personal (MessageNew FlagChange MessageExpunge))
S: a2 OK {{text}}
open A
messages A 1
S: * 2 EXISTS
S: * {{number}} RECENT
S: * 2 FETCH (UID 2 FLAGS ({{any}}))
do SELECT A
do STORE 1 +FLAGS (\Seen)
do SELECT B
messages B 1
S: * STATUS B (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {{number}} UNSEEN 1)
C: a3 NOTIFY SET (MAILBOXES B NONE) (INBOXES (MessageNew MessageExpunge))
S*: * {{any}}
S: a3 OK {{text}}
messages B 1
messages INBOX 1
S: * STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {{number}})
# wildcards are none here
C: a4 NOTIFY SET (MAILBOXES "*" (MessageNew MessageExpunge)) (SUBTREE "%" (MessageNew MessageExpunge))
S: a4 OK {{text}}
messages INBOX 1
C: a5 NOOP
S: a5 OK {{text}}
