# RFC 8508, 4.5: as UID EXPUNGE does; RFC 9586: no numbers
login
messages INBOX 3
C: a0 ENABLE QRESYNC
S: * ENABLED {{text}}
S: a0 OK {{text}}
open INBOX
C: a1 REPLACE 2 INBOX {5+}
| hello
S: * OK [APPENDUID {{number}} 4] {{text}}
S: * VANISHED 2
S: * 3 EXISTS
S: * {{number}} RECENT
S: a1 OK [HIGHESTMODSEQ {{number}}] {{text}}
C: a2 ENABLE UIDONLY
S: * ENABLED UIDONLY
S: a2 OK {{text}}
C: a3 REPLACE 2 INBOX {5+}
| hello
S: a3 BAD [UIDREQUIRED] {{text}}
C: a4 UID REPLACE 3 INBOX {5+}
| hello
S: * OK [APPENDUID {{number}} 5] {{text}}
S: * VANISHED 3
S: * 3 EXISTS
S: * {{number}} RECENT
S: a4 OK [HIGHESTMODSEQ {{number}}] {{text}}
