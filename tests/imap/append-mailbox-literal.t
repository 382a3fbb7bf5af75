# the mailbox name as a literal too
login
C: a1 APPEND {5}
S: + {{any}}
L: INBOX {3}
S: + {{any}}
L: abc
S: a1 OK [APPENDUID {{uidvalidity}} 1] {{text}}
C: a2 APPEND {5+}
| INBOX (\Seen) {3+}
| def
S: a2 OK [APPENDUID {{uidvalidity}} 2] {{text}}
