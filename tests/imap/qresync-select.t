# RFC 7162 section 3.2.5: coming back to a mailbox
login
messages INBOX 20
mailbox Other
old INBOX
C: a0 ENABLE QRESYNC
S: * ENABLED CONDSTORE QRESYNC
S: a0 OK {{text}}
C: a1 STATUS INBOX (HIGHESTMODSEQ UIDVALIDITY)
S: * STATUS {{astring:INBOX}} (UIDVALIDITY {{v=number}} HIGHESTMODSEQ {{m=number}})
S: a1 OK {{text}}
do SELECT INBOX
do STORE 1:10,20 +FLAGS.SILENT (\Deleted)
do UID EXPUNGE 1:8
do UID STORE 12 +FLAGS.SILENT (\Flagged)
do UID EXPUNGE 20
messages INBOX 1
old INBOX
C: a2 SELECT INBOX (QRESYNC ({{$v}} {{$m}}))
S*: * 12 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{$v}}] {{text}}
S*: * OK [UIDNEXT 22] {{text}}
S*: * OK [HIGHESTMODSEQ {{h=number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: * VANISHED (EARLIER) 1:8,20
S: * 1 FETCH (UID 9 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 2 FETCH (UID 10 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 4 FETCH (UID 12 FLAGS (\Flagged) MODSEQ ({{number}}))
S: * 12 FETCH (UID 21 FLAGS ({{any}}) MODSEQ ({{number}}))
S: a2 OK [READ-WRITE] {{text}}
# another one: CLOSED stands between
C: a3 SELECT Other
S: * OK [CLOSED] {{text}}
S*: * 0 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 1] {{text}}
S*: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a3 OK [READ-WRITE] {{text}}
# nothing has changed since; only those that are asked for
C: a4 EXAMINE INBOX (QRESYNC ({{$v}} {{$h}} 1:21))
S: * OK [CLOSED] {{text}}
S*: * 12 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{$v}}] {{text}}
S*: * OK [UIDNEXT 22] {{text}}
S*: * OK [HIGHESTMODSEQ {{$h}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ()] {{text}}
S: a4 OK [READ-ONLY] {{text}}
C: a5 CLOSE
S: a5 OK {{text}}
C: a6 SELECT INBOX (QRESYNC ({{$v}} {{$m}} 5:11,20))
S*: * 12 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{$v}}] {{text}}
S*: * OK [UIDNEXT 22] {{text}}
S*: * OK [HIGHESTMODSEQ {{$h}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: * VANISHED (EARLIER) 5:8,20
S: * 1 FETCH (UID 9 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 2 FETCH (UID 10 FLAGS (\Deleted) MODSEQ ({{number}}))
S: a6 OK [READ-WRITE] {{text}}
C: a7 UNSELECT
S: a7 OK {{text}}
# match data: message 3 is UID 11, so the client knows of all that was expunged up to there; the 12th is 19 no more
C: a8 SELECT INBOX (QRESYNC ({{$v}} {{$m}} 1:20 (3,12 11,20)))
S*: * 12 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{$v}}] {{text}}
S*: * OK [UIDNEXT 22] {{text}}
S*: * OK [HIGHESTMODSEQ {{$h}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: * VANISHED (EARLIER) 20
S: * 1 FETCH (UID 9 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 2 FETCH (UID 10 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 4 FETCH (UID 12 FLAGS (\Flagged) MODSEQ ({{number}}))
S: a8 OK [READ-WRITE] {{text}}
# another UID validity: as a plain SELECT
C: a9 SELECT INBOX (QRESYNC (1 1 1:20) CONDSTORE)
S: * OK [CLOSED] {{text}}
S*: * 12 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{$v}}] {{text}}
S*: * OK [UIDNEXT 22] {{text}}
S*: * OK [HIGHESTMODSEQ {{$h}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a9 OK [READ-WRITE] {{text}}
# UIDs above the highest one left count too, and those there never were do not
C: b1 UID FETCH 1:* (UID) (CHANGEDSINCE {{$h}} VANISHED)
S: b1 OK {{text}}
C: b2 UID STORE 21 +FLAGS.SILENT (\Deleted)
S: * 12 FETCH (UID 21 MODSEQ ({{h2=number}}))
S: b2 OK {{text}}
C: b3 UID EXPUNGE 21
S: * VANISHED 21
S: b3 OK [HIGHESTMODSEQ {{number}}] {{text}}
C: b4 UID FETCH 19:* (FLAGS) (CHANGEDSINCE {{$h2}} VANISHED)
S: * VANISHED (EARLIER) 21
S: b4 OK {{text}}
C: b5 UID FETCH 30:40 (FLAGS) (CHANGEDSINCE {{$m}} VANISHED)
S: b5 OK {{text}}
C: b51 UID FETCH 21:40 (FLAGS) (CHANGEDSINCE 0 VANISHED)
S: * VANISHED (EARLIER) 21
S: b51 OK {{text}}
# a mailbox that there is not
C: b6 SELECT Nowhere (QRESYNC ({{$v}} {{$m}}))
S: * OK [CLOSED] {{text}}
S: b6 NO [NONEXISTENT] {{text}}
