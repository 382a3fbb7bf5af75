# RFC 3501, 7.2.6: a keyword that the client has not heard of is announced before FETCH shows it, also unasked
login
messages INBOX 1
old INBOX
open INBOX
do SELECT INBOX
do STORE 1 +FLAGS.SILENT (new)
C: a1 FETCH 1 BODY[TEXT]<0.1>
S: * FLAGS (\Seen \Answered \Flagged \Deleted \Draft new)
S: * OK [PERMANENTFLAGS {{any}}
S: * 1 FETCH (BODY[TEXT]<0> {1}
| {{any}} FLAGS (\Seen new))
S?: * 1 FETCH (UID 1 FLAGS (\Seen new))
S: a1 OK {{text}}
