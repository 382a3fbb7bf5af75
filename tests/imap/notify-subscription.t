# RFC 5465, 5.5: SubscriptionChange, and 6.4: SUBSCRIBED follows what is subscribed to
login
mailbox A
mailbox B/C
C: a1 NOTIFY SET (PERSONAL (SubscriptionChange))
S: a1 OK {{text}}
do SUBSCRIBE A
S: * LIST (\Subscribed \HasNoChildren) "/" A
do SUBSCRIBE B
S: * LIST (\Subscribed \HasChildren) "/" B
do UNSUBSCRIBE B
S: * LIST (\HasChildren) "/" B
do SUBSCRIBE gone
S: * LIST (\NonExistent \Subscribed{{any}}) "/" gone
C: a2 SUBSCRIBE B
S: a2 OK {{text}}
C: a3 UNSUBSCRIBE B
S: a3 OK {{text}}
C: b1 NOTIFY SET STATUS (SUBSCRIBED (MessageNew MessageExpunge SubscriptionChange MailboxName))
S: * STATUS A (MESSAGES 0 UIDNEXT 1 UIDVALIDITY {{number}})
S: b1 OK {{text}}
messages A 1
S: * STATUS A (MESSAGES 1 UIDNEXT 2 UIDVALIDITY {{number}})
messages B/C 1
C: b2 SUBSCRIBE B/C
S: b2 OK {{text}}
messages B/C 1
S: * STATUS B/C (MESSAGES 2 UIDNEXT 3 UIDVALIDITY {{number}})
do UNSUBSCRIBE A
S: * LIST (\HasNoChildren) "/" A
messages A 1
C: b3 NOOP
S: b3 OK {{text}}
do DELETE B/C
S: * LIST (\NonExistent \Subscribed \HasNoChildren) "/" B/C
do DELETE A
C: b4 NOOP
S: b4 OK {{text}}
