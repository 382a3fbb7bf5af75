# RFC 8437, 3 and 4.1
user anna secret
user ben geheim
messages INBOX 3
C: a0 UNAUTHENTICATE
S: a0 BAD {{text}}
C: a1 LOGIN anna secret
S: a1 OK [CAPABILITY {{with:UNAUTHENTICATE}}] {{text}}
C: a2 ENABLE QRESYNC UIDONLY
S: * ENABLED CONDSTORE QRESYNC UIDONLY
S: a2 OK {{text}}
open INBOX
C: a4 UID STORE 2 +FLAGS.SILENT (\Deleted)
S: * 2 UIDFETCH (MODSEQ ({{number}}))
S: a4 OK {{text}}
C: a5 UID SEARCH RETURN (SAVE) ALL
S: a5 OK {{text}}
C: a6 UNAUTHENTICATE now
S: a6 BAD {{text}}
C: l1 COMPARATOR i;octet
S: * COMPARATOR i;octet
S: l1 OK {{text}}
C: l2 LANGUAGE de
S: * LANGUAGE (de)
S: l2 OK Ab jetzt auf Deutsch
# in one round trip with the next sign-in
C: a7 UNAUTHENTICATE
| a8 AUTHENTICATE PLAIN AGJlbgBnZWhlaW0=
S: a7 OK [CAPABILITY {{with:AUTH=PLAIN !UNAUTHENTICATE}}] {{text}}
S: a8 OK [CAPABILITY {{text}}] {{text}}
C: l3 COMPARATOR
S: * COMPARATOR i;unicode-casemap
S: l3 OK Comparator told
# nothing is selected, nothing of anna's is left
C: b1 FETCH 1 FLAGS
S: b1 BAD {{text}}
open INBOX
C: b3 UID SEARCH $
S: * SEARCH
S: b3 OK {{text}}
C: b4 UNAUTHENTICATE
S: b4 OK [CAPABILITY {{text}}] {{text}}
C: b5 SELECT INBOX
S: b5 BAD {{text}}
C: b6 LOGIN anna secret
S: b6 OK [CAPABILITY {{text}}] {{text}}
# nothing was expunged; extensions are to be enabled again
open INBOX
C: b8 FETCH 1:* (FLAGS)
S: * 1 FETCH (FLAGS ())
S: * 2 FETCH (FLAGS (\Deleted))
S: * 3 FETCH (FLAGS ())
S: b8 OK {{text}}
C: b9 EXPUNGE
S: * 2 EXPUNGE
S: b9 OK {{text}}
C: b10 SELECT INBOX (QRESYNC (1 1))
S: b10 BAD {{text}}
