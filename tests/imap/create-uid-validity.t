# RFC 3501, 2.3.1.1: a mailbox made again has another UID validity
login
C: a1 CREATE Work
S: a1 OK {{text}}
C: a2 APPEND Work {14+}
| Subject: x
|
|
S: a2 OK [APPENDUID {{old=uidvalidity}} 1] {{text}}
C: a3 DELETE Work
S: a3 OK {{text}}
C: a4 CREATE Work
S: a4 OK {{text}}
C: a5 APPEND Work {14+}
| Subject: x
|
|
S: a5 OK [APPENDUID {{new=uidvalidity}} 1] {{text}}
differ old new
C: a6 STATUS Work (UIDVALIDITY)
S: * STATUS {{astring:Work}} (UIDVALIDITY {{$new}})
S: a6 OK {{text}}
