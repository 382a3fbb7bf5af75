limit bad-commands 100
login
messages INBOX 1
open INBOX
C: a1 STORE 1
S: a1 BAD {{text}}
C: a2 STORE 1 FLAGS
S: a2 BAD {{text}}
C: a3 STORE 1 FLAGS (\Seen
S: a3 BAD {{text}}
C: a4 STORE 1 *FLAGS (\Seen)
S: a4 BAD {{text}}
C: a5 STORE 1 FLAGS.LOUD (\Seen)
S: a5 BAD {{text}}
C: a6 STORE 2 FLAGS (\Seen)
S: a6 BAD {{text}}
C: a7 STORE 1 FLAGS (a"b)
S: a7 BAD {{text}}
C: a8 STORE 1 FLAGS (\*)
S: a8 BAD {{text}}
C: a9 NOOP
S: a9 OK {{text}}
