# two idling sessions hear of everything at once
login
messages INBOX 1
old INBOX
open INBOX
open2 INBOX
C: a1 IDLE
S: + {{any}}
C2: b1 IDLE
S2: + {{any}}
messages INBOX 1
S: * 2 EXISTS
S: * {{number}} RECENT
S2: * 2 EXISTS
S2: * {{number}} RECENT
C: DONE
S: a1 OK {{text}}
C: a2 STORE 2 +FLAGS.SILENT (\Seen)
S: a2 OK {{text}}
S2: * 2 FETCH ({{any}}FLAGS ({{any}}\Seen{{any}}){{any}})
C2: DONE
S2: b1 OK {{text}}
