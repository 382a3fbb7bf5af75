# RFC 8508, 3.4: who fails has changed nothing, and nothing is told
append-limit 100
login
messages INBOX 0
message INBOX flags (\Deleted) <<EOF
one
EOF
message INBOX <<EOF
two
EOF
open INBOX
C: a1 REPLACE 1 Nowhere {5}
S: + {{text}}
L: hello
S: a1 NO [TRYCREATE] {{text}}
C: a2 REPLACE 3 INBOX {5+}
| hello
S: a2 BAD {{text}}
C: a3 UID REPLACE 99 INBOX {5+}
| hello
S: a3 NO [EXPUNGEISSUED] {{text}}
C: a4 REPLACE 1 INBOX {101}
S: a4 NO [TOOBIG] {{text}}
C: a5 UID REPLACE 1 INBOX (\Seen) {101+}
| {{repeat 101 x}}
S: a5 NO [TOOBIG] {{text}}
C: a6 REPLACE 1 INBOX {0+}
| 
S: a6 NO {{text}}
C: a7 REPLACE 1:2 INBOX {5+}
| hello
S: a7 BAD {{text}}
C: a8 REPLACE $ INBOX {5+}
| hello
S: a8 BAD {{text}}
C: a9 REPLACE 1 INBOX {5+}
| hello {5+}
| hello
S: a9 BAD {{text}}
C: a10 REPLACE 1 INBOX
S: a10 BAD {{text}}
C: a11 UID REPLACE 0 INBOX {5+}
| hello
S: a11 BAD {{text}}
C: b1 FETCH 1:* (UID FLAGS)
S: * 1 FETCH (UID 1 FLAGS (\Deleted \Recent))
S: * 2 FETCH (UID 2 FLAGS (\Recent))
S: b1 OK {{text}}
# only the one that was named goes
C: b2 REPLACE 2 INBOX {5+}
| hello
S: * OK [APPENDUID {{number}} 3] {{text}}
S: * 2 EXPUNGE
S: * 2 EXISTS
S: * {{number}} RECENT
S: b2 OK {{text}}
examine INBOX
C: b3 REPLACE 1 INBOX {5+}
| hello
S: b3 NO {{text}}
C: b4 UID FETCH 1:* FLAGS
S: * 1 FETCH (UID 1 FLAGS (\Deleted))
S: * 2 FETCH (UID 3 FLAGS ())
S: b4 OK {{text}}
