# messages one behind the other, without waiting
login
C: a1 APPEND INBOX {3+}
| abc
| a2 APPEND INBOX (\Seen) {3+}
| def
| a3 APPEND Nowhere {3+}
| ghi
| a4 STATUS INBOX (MESSAGES UNSEEN)
S: a1 OK [APPENDUID {{uidvalidity}} 1] {{text}}
S: a2 OK [APPENDUID {{uidvalidity}} 2] {{text}}
S: a3 NO [TRYCREATE] {{text}}
S: * STATUS {{astring:INBOX}} ({{set:MESSAGES~2 UNSEEN~1}})
S: a4 OK {{text}}
