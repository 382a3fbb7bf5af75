# RFC 9051 6.3.9.7: what is done under another name than was given is told with OLDNAME. The name given here is e and a
# combining acute accent; NFC has one character for that.
login
C2: b1 CREATE "R&AGUDAQ-"
S2: b1 BAD {{text}}
C2: b2 CREATE "e&AwE-"
S2: b2 OK {{any}}
C: a0 ENABLE IMAP4rev2
S: * ENABLED IMAP4rev2
S: a0 OK {{text}}
C: a1 CREATE "caf\x65\xcc\x81"
S: * LIST (\HasNoChildren) "/" "caf\xc3\xa9" ("OLDNAME" ("cafe\xcc\x81"))
S: a1 OK {{any}}
C: a2 CREATE "caf\xc3\xa9"
S: a2 NO [ALREADYEXISTS] {{text}}
# in all commands both mean the same
C: a3 STATUS "cafe\xcc\x81" (MESSAGES)
S: * STATUS "caf\xc3\xa9" (MESSAGES 0)
S: a3 OK {{text}}
C: a4 APPEND "cafe\xcc\x81" {3+}
| abc
S: * LIST (\HasNoChildren) "/" "caf\xc3\xa9" ("OLDNAME" ("cafe\xcc\x81"))
S: a4 OK [APPENDUID {{uidvalidity}} 1] {{text}}
C: a5 LIST "" "cafe\xcc\x81"
S: * LIST (\HasNoChildren) "/" "caf\xc3\xa9"
S: a5 OK {{text}}
C: a6 EXAMINE "cafe\xcc\x81"
S: * FLAGS {{text}}
S: * OK [PERMANENTFLAGS ()] {{text}}
S: * 1 EXISTS
S: * LIST (\HasNoChildren) "/" "caf\xc3\xa9" ("OLDNAME" ("cafe\xcc\x81"))
S: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S: * OK [UIDNEXT 2] {{text}}
S: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * OK [MAILBOXID ({{text}})] {{text}}
S: a6 OK [READ-ONLY] {{text}}
C: a7 UNSELECT
S: a7 OK {{text}}
# one that is there in just that form is meant
C: a8 STATUS "e\xcc\x81" (MESSAGES)
S: * STATUS "e\xcc\x81" (MESSAGES 0)
S: a8 OK {{text}}
C: a9 RENAME "cafe\xcc\x81" "bare\xcc\x81"
S: * LIST (\HasNoChildren) "/" "bar\xc3\xa9" ("OLDNAME" ("cafe\xcc\x81"))
S: a9 OK {{text}}
C: a10 RENAME "bare\xcc\x81" bar
S: * LIST (\HasNoChildren) "/" bar ("OLDNAME" ("bare\xcc\x81"))
S: a10 OK {{text}}
C: a11 RENAME bar baz
S: a11 OK {{text}}
C: a12 CREATE "inbox/a\xcc\x88/"
S: * LIST (\HasNoChildren) "/" "INBOX/\xc3\xa4" ("OLDNAME" ("inbox/a\xcc\x88/"))
S: a12 OK {{any}}
C: a13 DELETE "INBOX/a\xcc\x88"
S: * LIST (\NonExistent \HasNoChildren) "/" "INBOX/\xc3\xa4" ("OLDNAME" ("INBOX/a\xcc\x88"))
S: a13 OK {{text}}
C: a14 CREATE plain/
S: a14 OK {{any}}
C: a15 SUBSCRIBE "e\xcc\x81"
S: a15 OK {{text}}
C: a16 DELETE "e\xcc\x81"
S: a16 OK {{text}}
# for who has not enabled it, there is no OLDNAME
C2: b3 CREATE "o&Awg-"
S2: b3 OK {{any}}
C2: b4 DELETE "o&Awg-"
S2: b4 OK {{text}}
