# RFC 3501, 2.3.2: keywords, invented by clients, compared without regard to case; new ones are told
login
messages INBOX 2
old INBOX
open INBOX
C: a1 STORE 1 +FLAGS ($Forwarded Work)
S*: * FLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft $Forwarded Work}})
S*: * OK [PERMANENTFLAGS ({{set:\Answered \Flagged \Deleted \Seen \Draft $Forwarded Work \*}})] {{text}}
S*: * 1 FETCH (FLAGS ({{set:$Forwarded Work}}))
S: a1 OK {{text}}
C: a2 STORE 1 +FLAGS (WORK)
S: * 1 FETCH (FLAGS ({{set:$Forwarded Work}}))
S: a2 OK {{text}}
C: a3 STORE 1 -FLAGS (work)
S: * 1 FETCH (FLAGS ($Forwarded))
S: a3 OK {{text}}
C: a4 SEARCH KEYWORD $FORWARDED
S: * SEARCH 1
S: a4 OK {{text}}
