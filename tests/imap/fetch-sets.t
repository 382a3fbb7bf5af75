# RFC 3501, 9: sequence sets; "*" is the last, "*:2" counts backwards
login
messages INBOX 5
old INBOX
open INBOX
C: a1 FETCH 2,4:* UID
S: * 2 FETCH (UID 2)
S: * 4 FETCH (UID 4)
S: * 5 FETCH (UID 5)
S: a1 OK {{text}}
C: a2 FETCH * UID
S: * 5 FETCH (UID 5)
S: a2 OK {{text}}
C: a3 FETCH *:4 UID
S: * 4 FETCH (UID 4)
S: * 5 FETCH (UID 5)
S: a3 OK {{text}}
C: a4 FETCH 3:2,3 UID
S: * 2 FETCH (UID 2)
S: * 3 FETCH (UID 3)
S: a4 OK {{text}}
C: a5 UID FETCH 4:* (FLAGS)
S: * 4 FETCH ({{set:UID~4 FLAGS~()}})
S: * 5 FETCH ({{set:UID~5 FLAGS~()}})
S: a5 OK {{text}}
# beyond the last UID, "*" is still the last
C: a6 UID FETCH 900:* (UID)
S: * 5 FETCH (UID 5)
S: a6 OK {{text}}
C: a7 UID FETCH 900 (UID)
S: a7 OK {{text}}
