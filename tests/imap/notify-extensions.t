# RFC 5465 with CONDSTORE, QRESYNC and UIDONLY
login
messages INBOX 3
old INBOX
C: a1 ENABLE QRESYNC
S: * ENABLED {{text}}
S: a1 OK {{text}}
open INBOX
C: a2 NOTIFY SET (SELECTED (MessageNew (FLAGS) MessageExpunge FlagChange))
S: a2 OK {{text}}
messages INBOX 1
S: * 4 EXISTS
S: * {{number}} RECENT
S: * 4 FETCH (UID 4 FLAGS ({{any}}) MODSEQ ({{number}}))
do SELECT INBOX
do STORE 1:2 +FLAGS.SILENT (\Deleted)
S: * 1 FETCH (UID 1 FLAGS (\Deleted) MODSEQ ({{number}}))
S: * 2 FETCH (UID 2 FLAGS (\Deleted) MODSEQ ({{number}}))
do EXPUNGE
S: * VANISHED 1:2
C: a3 ENABLE UIDONLY
S: * ENABLED UIDONLY
S: a3 OK {{text}}
messages INBOX 1
S: * 3 EXISTS
S: * {{number}} RECENT
S: * 5 UIDFETCH (FLAGS ({{any}}) MODSEQ ({{number}}))
do STORE 1 +FLAGS (\Flagged)
S: * 3 UIDFETCH (FLAGS (\Flagged) MODSEQ ({{number}}))
# whoever wants no flags is told of them when its own EXPUNGE tells up to where it knows all
C: a4 NOTIFY SET (SELECTED (MessageNew MessageExpunge))
S: a4 OK {{text}}
do STORE 1 -FLAGS (\Flagged)
C: a5 UID STORE 4 +FLAGS (\Deleted)
S: * 4 UIDFETCH (FLAGS ({{any}}\Deleted{{any}}) MODSEQ ({{number}}))
S: a5 OK {{text}}
C: a6 UID EXPUNGE 4
S: * VANISHED 4
S: * 3 UIDFETCH (FLAGS () MODSEQ ({{number}}))
S: * 5 UIDFETCH (FLAGS ({{any}}) MODSEQ ({{number}}))
S: a6 OK [HIGHESTMODSEQ {{number}}] {{text}}
