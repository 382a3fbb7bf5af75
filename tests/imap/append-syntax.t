login
limit bad-commands 100
C: a1 APPEND INBOX
S: a1 BAD {{text}}
C: a2 APPEND INBOX "Subject: x"
S: a2 BAD {{text}}
C: a3 APPEND INBOX (\Seen {14+}
| Subject: x
|
|
S: a3 BAD {{text}}
C: a4 APPEND INBOX "32-Foo-2020 00:00:00 +0000" {14+}
| Subject: x
|
|
S: a4 BAD {{text}}
C: a5 APPEND INBOX "31-Feb-2020 00:00:00 +0000" {14+}
| Subject: x
|
|
S: a5 BAD {{text}}
C: a6 APPEND INBOX {3+}
| abc more
S: a6 BAD {{text}}
C: a7 NOOP
S: a7 OK {{text}}
