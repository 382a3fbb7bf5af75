# RFC 3501, 6.4.6
login
messages INBOX 4
old INBOX
open INBOX
C: A003 STORE 2:4 +FLAGS (\Deleted)
S: * 2 FETCH (FLAGS (\Deleted))
S: * 3 FETCH (FLAGS (\Deleted))
S: * 4 FETCH (FLAGS (\Deleted))
S: A003 OK {{text}}
C: a4 STORE 2 FLAGS (\Seen \Answered)
S: * 2 FETCH (FLAGS ({{set:\Seen \Answered}}))
S: a4 OK {{text}}
C: a5 STORE 2 -FLAGS (\Seen \Draft)
S: * 2 FETCH (FLAGS (\Answered))
S: a5 OK {{text}}
C: a6 STORE 2 FLAGS ()
S: * 2 FETCH (FLAGS ())
S: a6 OK {{text}}
C: a7 STORE 2 +FLAGS \Flagged \Draft
S: * 2 FETCH (FLAGS ({{set:\Flagged \Draft}}))
S: a7 OK {{text}}
C: a8 store 2 -flags (\FLAGGED)
S: * 2 FETCH (FLAGS (\Draft))
S: a8 OK {{text}}
