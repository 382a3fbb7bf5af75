# RFC 7162 section 3.1.3: STORE with UNCHANGEDSINCE
login
messages INBOX 9
old INBOX
C: a1 SELECT INBOX (CONDSTORE)
S*: * 9 EXISTS
S*: * 0 RECENT
S*: * FLAGS ({{text}})
S*: * OK [UNSEEN 1] {{text}}
S*: * OK [UIDVALIDITY {{uidvalidity}}] {{text}}
S*: * OK [UIDNEXT 10] {{text}}
S*: * OK [HIGHESTMODSEQ {{m=number}}] {{text}}
S*: * OK [MAILBOXID ({{text}})] {{text}}
S*: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: a1 OK [READ-WRITE] {{text}}
# example 3
C: a103 UID STORE 6,4,8 (UNCHANGEDSINCE {{$m}}) +FLAGS.SILENT (\Deleted)
S: * 4 FETCH (UID 4 MODSEQ ({{m4=number}}))
S: * 6 FETCH (UID 6 MODSEQ ({{number}}))
S: * 8 FETCH (UID 8 MODSEQ ({{number}}))
S: a103 OK {{text}}
# example 4: silent or not, MODSEQ is told
C: a104 STORE * (UNCHANGEDSINCE {{$m}}) +FLAGS (\Deleted $Processed)
S: * FLAGS ({{text}})
S: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: * 9 FETCH (UID 9 FLAGS (\Deleted $Processed) MODSEQ ({{number}}))
S: a104 OK {{text}}
# example 6: others were faster; what they did is told
do SELECT INBOX
do STORE 7 +FLAGS (\Seen)
C: d105 STORE 7,5,9 (UNCHANGEDSINCE {{$m}}) +FLAGS.SILENT (\Deleted)
S: * 5 FETCH (UID 5 MODSEQ ({{number}}))
S: * 7 FETCH (UID 7 FLAGS (\Seen) MODSEQ ({{number}}))
S: * 9 FETCH (UID 9 FLAGS (\Deleted $Processed) MODSEQ ({{number}}))
S: d105 OK [MODIFIED 7,9] {{text}}
C: d106 UID STORE 4:9 (UNCHANGEDSINCE {{$m}}) -FLAGS (\Seen)
S: * 4 FETCH (UID 4 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 5 FETCH (UID 5 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 6 FETCH (UID 6 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 7 FETCH (UID 7 FLAGS (\Seen) MODSEQ ({{number}}))
S: * 8 FETCH (UID 8 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 9 FETCH (UID 9 FLAGS (\Deleted $Processed) MODSEQ ({{number}}))
S: d106 OK [MODIFIED 4:9] {{text}}
# 0 always fails for system flags
C: e1 STORE 1 (UNCHANGEDSINCE 0) +FLAGS.SILENT (\Seen)
S: * 1 FETCH (UID 1 FLAGS () MODSEQ ({{number}}))
S: e1 OK [MODIFIED 1] {{text}}
# a message named twice does not fail for its own change
C: e2 STORE 1,1:2 (UNCHANGEDSINCE {{$m}}) +FLAGS.SILENT (\Seen)
S: * 1 FETCH (UID 1 MODSEQ ({{number}}))
S: * 2 FETCH (UID 2 MODSEQ ({{number}}))
S: e2 OK {{text}}
# example 11: with messages that are gone already
do STORE 3 +FLAGS.SILENT (\Deleted)
do UID EXPUNGE 3
C: b001 STORE 1:3 (UNCHANGEDSINCE {{$m4}}) +FLAGS (\Answered)
S: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ ({{number}}))
S: * 2 FETCH (UID 2 FLAGS (\Seen) MODSEQ ({{number}}))
S: b001 NO [MODIFIED 1:2] {{text}}
C: b002 NOOP
S: * 3 EXPUNGE
S: b002 OK {{text}}
