# RFC 6154, 2 and 5.1: special uses are told by LIST, and by LSUB as well
login
special \Sent Sent mail
special \Trash Bin
special \Drafts work/Drafts
special \Junk Spam
special \Archive Archive
C: a2 LIST "" *
S*: * LIST (\HasNoChildren) "/" INBOX
S*: * LIST (\Archive \HasNoChildren) "/" {{astring:Archive}}
S*: * LIST (\Trash \HasNoChildren) "/" {{astring:Bin}}
S*: * LIST (\Sent \HasNoChildren) "/" {{astring:Sent mail}}
S*: * LIST (\Junk \HasNoChildren) "/" {{astring:Spam}}
S*: * LIST (\HasChildren) "/" {{astring:work}}
S*: * LIST (\Drafts \HasNoChildren) "/" {{astring:work/Drafts}}
S: a2 OK {{text}}
# the use goes with the mailbox
C: a3 RENAME Bin Gone
S: a3 OK {{text}}
C: a4 LIST "" Gone
S: * LIST (\Trash \HasNoChildren) "/" {{astring:Gone}}
S: a4 OK {{text}}
C: a5 SUBSCRIBE Gone
S: a5 OK {{text}}
C: a6 LSUB "" Gone
S: * LSUB (\Trash) "/" {{astring:Gone}}
S: a6 OK {{text}}
