# RFC 9051 6.3.9: names that are no mailboxes are \NonExistent; LIST with options
login
do CREATE music/rock
do DELETE music
do SUBSCRIBE Fruit/Peach
C: a0 LIST "" music*
S: * LIST (\Noselect \HasChildren) "/" music
S: * LIST (\HasNoChildren) "/" music/rock
S: a0 OK {{text}}
C2: b0 ENABLE IMAP4rev2
S2: * ENABLED IMAP4rev2
S2: b0 OK {{text}}
C2: b1 LIST "" music*
S2: * LIST ({{text}} \HasChildren) "/" music
S2: * LIST (\HasNoChildren) "/" music/rock
S2: b1 OK {{text}}
C2: b2 LIST (SUBSCRIBED) "" *
S2: * LIST (\NonExistent \Subscribed \HasNoChildren) "/" Fruit/Peach
S2: b2 OK {{text}}
C2: b4 LIST "" ""
S2: * LIST (\Noselect) "/" ""
S2: b4 OK {{text}}
C2: b5 LIST "" INBOX RETURN (SUBSCRIBED STATUS (MESSAGES UNSEEN DELETED SIZE))
S2: * LIST (\HasNoChildren) "/" INBOX
S2: * STATUS INBOX (MESSAGES 0 UNSEEN 0 DELETED 0 SIZE 0)
S2: b5 OK {{text}}
