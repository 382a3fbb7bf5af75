# RFC 5465, 5, 6.1, 8: what is refused with BAD, and what with NO
limit bad-commands 100
login
C: a1 NOTIFY
S: a1 BAD {{text}}
C: a2 NOTIFY SET
S: a2 BAD {{text}}
C: a3 NOTIFY SET STATUS
S: a3 BAD {{text}}
C: a4 NOTIFY NONE x
S: a4 BAD {{text}}
C: a5 NOTIFY SET (PERSONAL (MessageNew))
S: a5 BAD {{text}}
C: a6 NOTIFY SET (PERSONAL (MessageExpunge))
S: a6 BAD {{text}}
C: a7 NOTIFY SET (PERSONAL (FlagChange))
S: a7 BAD {{text}}
C: a8 NOTIFY SET (SELECTED (MailboxName))
S: a8 BAD {{text}}
C: b1 NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (SELECTED-DELAYED NONE)
S: b1 BAD {{text}}
C: b2 NOTIFY SET (PERSONAL (MessageNew (UID) MessageExpunge))
S: b2 BAD {{text}}
C: b3 NOTIFY SET (NOWHERE (MailboxName))
S: b3 BAD {{text}}
C: b4 NOTIFY SET (SUBTREE (MailboxName))
S: b4 BAD {{text}}
# events that are not told of, with the list of those that are
C: c1 NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange AnnotationChange))
S: c1 NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)] {{text}}
C: c2 NOTIFY SET (PERSONAL (MailboxMetadataChange ServerMetadataChange))
S: c2 NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)] {{text}}
C: c3 NOTIFY SET (PERSONAL (NewMoon))
S: c3 NO [BADEVENT ({{text}})] {{text}}
# in any case, and with all that there is
C: d1 notify set status (selected-delayed (MESSAGENEW (uid flags modseq) messageexpunge flagchange)) (mailboxes ("inbox" nowhere) (mailboxname)) (Inboxes None) (subtree a (subscriptionchange)) (subscribed (messageNew MessageExpunge))
S: d1 OK {{text}}
C: d2 NOTIFY NONE
S: d2 OK {{text}}
C: d3 NOTIFY SET (MAILBOXES {6}
S: + {{any}}
C: nowher (MessageNew MessageExpunge))
S: d3 OK {{text}}
