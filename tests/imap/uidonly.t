# RFC 9586: no sequence numbers
login
messages INBOX 6
mailbox Work
old INBOX
do SELECT INBOX
open INBOX
C: a0 ENABLE UIDONLY
S: * ENABLED UIDONLY
S: a0 OK {{text}}
C: a1 FETCH 1 (FLAGS)
S: a1 BAD [UIDREQUIRED] {{text}}
C: a2 STORE 1 +FLAGS (\Seen)
S: a2 BAD [UIDREQUIRED] {{text}}
C: a3 SEARCH ALL
S: a3 BAD [UIDREQUIRED] {{text}}
C: a4 COPY 1 Work
S: a4 BAD [UIDREQUIRED] {{text}}
C: a5 MOVE 1 Work
S: a5 BAD [UIDREQUIRED] {{text}}
C: a6 UID SEARCH OR SEEN 1:2
S: a6 BAD [UIDREQUIRED] {{text}}
C: b1 UID STORE 2 +FLAGS (\Deleted)
S: * 2 UIDFETCH (FLAGS (\Deleted))
S: b1 OK {{text}}
C: b2 UID STORE 4 +FLAGS.SILENT (\Deleted)
S: b2 OK {{text}}
C: b3 EXPUNGE
S: * VANISHED 2,4
S: b3 OK {{text}}
C: b4 UID FETCH 1:* (UID FLAGS)
S: * 1 UIDFETCH (FLAGS ())
S: * 3 UIDFETCH (FLAGS ())
S: * 5 UIDFETCH (FLAGS ())
S: * 6 UIDFETCH (FLAGS ())
S: b4 OK {{text}}
C: b5 UID SEARCH RETURN (ALL COUNT) UID 2:5
S: * ESEARCH (TAG "b5") UID COUNT 2 ALL 3,5
S: b5 OK {{text}}
do UID STORE 5 +FLAGS (\Flagged)
C: b6 NOOP
S: * 5 UIDFETCH (FLAGS (\Flagged))
S: b6 OK {{text}}
messages INBOX 1
C: b7 NOOP
S: * 5 EXISTS
S: * {{number}} RECENT
S: b7 OK {{text}}
C: b8 UID FETCH 7 (FLAGS MODSEQ)
S: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * 7 UIDFETCH (FLAGS ({{any}}) MODSEQ ({{number}}))
S: b8 OK {{text}}
do UID STORE 6 +FLAGS (\Deleted)
do EXPUNGE
C: b9 UID SEARCH RETURN (SAVE) 
S: b9 BAD {{text}}
C: c1 UID FETCH 3 (UID)
S: * 3 UIDFETCH ()
S: * VANISHED 6
S: c1 OK {{text}}
