# RFC 3501, 6.3.11: flags and internal date
login
C: a1 APPEND INBOX (\Flagged $Work \Draft) "17-Jul-1996 02:44:25 -0700" {14+}
| Subject: x
|
|
S: a1 OK [APPENDUID {{uidvalidity}} 1] {{text}}
C: a2 APPEND INBOX " 1-Feb-2020 00:00:00 +0000" {14+}
| Subject: y
|
|
S: a2 OK [APPENDUID {{uidvalidity}} 2] {{text}}
C: a3 APPEND INBOX () {14+}
| Subject: z
|
|
S: a3 OK [APPENDUID {{uidvalidity}} 3] {{text}}
old INBOX
examine INBOX
C: a4 FETCH 1:2 (FLAGS INTERNALDATE)
S: * 1 FETCH (FLAGS ({{set:\Flagged $Work \Draft}}) INTERNALDATE "17-Jul-1996 02:44:25 -0700")
S: * 2 FETCH (FLAGS () INTERNALDATE "{{any}}1-Feb-2020 00:00:00 +0000")
S: a4 OK {{text}}
