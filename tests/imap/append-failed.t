# RFC 3501, 6.3.11 and 7.1
login
C: a1 APPEND nowhere {14+}
| Subject: x
|
|
S: a1 NO [TRYCREATE] {{text}}
C: a2 APPEND nowhere (\Seen) "17-Jul-1996 02:44:25 -0700" {14+}
| Subject: x
|
|
S: a2 NO [TRYCREATE] {{text}}
C: a3 NOOP
S: a3 OK {{text}}
