# keywords that messages have are among FLAGS and PERMANENTFLAGS
login
message INBOX flags ($Forwarded work) <<EOF
Subject: x

x
EOF
C: a1 SELECT INBOX
S*: * 1 EXISTS
S*: * 1 RECENT
S*: * OK [UNSEEN 1] {{text}}
S*: * FLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft $Forwarded work}})
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 2] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft $Forwarded work \*}})] {{text}}
S: a1 OK [READ-WRITE] {{text}}
