# RFC 7162 section 3.1: mod-sequences are told to who asks for them
login
messages INBOX 3
old INBOX
C: a1 STATUS INBOX (MESSAGES)
S: * STATUS {{astring:INBOX}} (MESSAGES 3)
S: a1 OK {{text}}
open INBOX
# no CONDSTORE yet: no mod-sequence
C: a2 STORE 1 +FLAGS (\Flagged)
S: * 1 FETCH (FLAGS (\Flagged))
S: a2 OK {{text}}
# the first use tells what the client knows
C: a3 FETCH 1:2 (MODSEQ)
S: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * 1 FETCH (MODSEQ ({{m1=number}}))
S: * 2 FETCH (MODSEQ ({{m2=number}}))
S: a3 OK {{text}}
C: a4 FETCH 1 (FLAGS MODSEQ UID)
S: * 1 FETCH (UID 1 FLAGS (\Flagged) MODSEQ ({{$m1}}))
S: a4 OK {{text}}
# from now on UID and MODSEQ come with every flag that changed: section 3.2.4
C: a5 STORE 2 +FLAGS (\Seen)
S: * 2 FETCH (UID 2 FLAGS (\Seen) MODSEQ ({{m3=number}}))
S: a5 OK {{text}}
C: a6 STORE 2 +FLAGS.SILENT (\Answered)
S: * 2 FETCH (UID 2 MODSEQ ({{m4=number}}))
S: a6 OK {{text}}
do SELECT INBOX
do STORE 3 +FLAGS (\Draft)
C: a7 NOOP
S: * 3 FETCH (UID 3 FLAGS (\Draft) MODSEQ ({{m5=number}}))
S: a7 OK {{text}}
# a FETCH that sets \Seen
C: a8 FETCH 3 (BODY[TEXT]<0.1>)
S: * 3 FETCH (UID 3 BODY[TEXT]<0> {1}
| {{text}} FLAGS (\Seen \Draft) MODSEQ ({{m6=number}}))
S: a8 OK {{text}}
# what the client asks for without MODSEQ comes without
C: a9 FETCH 3 (FLAGS)
S: * 3 FETCH (FLAGS (\Seen \Draft))
S: a9 OK {{text}}
C: b1 FETCH 1:* (UID) (CHANGEDSINCE {{$m4}})
S: * 3 FETCH (UID 3 MODSEQ ({{$m6}}))
S: b1 OK {{text}}
C: b2 UID FETCH 1:* (FLAGS) (CHANGEDSINCE {{$m3}})
S: * 2 FETCH (UID 2 FLAGS (\Seen \Answered) MODSEQ ({{$m4}}))
S: * 3 FETCH (UID 3 FLAGS (\Seen \Draft) MODSEQ ({{$m6}}))
S: b2 OK {{text}}
C: b3 UID FETCH 1:* (FLAGS) (CHANGEDSINCE {{$m6}})
S: b3 OK {{text}}
# what Thunderbird says while it knows no mod-sequence: all
C: b0 UID FETCH 1:* (UID) (CHANGEDSINCE 0)
S: * 1 FETCH (UID 1 MODSEQ ({{$m1}}))
S: * 2 FETCH (UID 2 MODSEQ ({{$m4}}))
S: * 3 FETCH (UID 3 MODSEQ ({{$m6}}))
S: b0 OK {{text}}
C: b4 SEARCH MODSEQ {{$m4}}
S: * SEARCH 2 3 (MODSEQ {{$m6}})
S: b4 OK {{text}}
C: b5 UID SEARCH OR FLAGGED MODSEQ "/flags/\\seen" all {{$m6}}
S: * SEARCH 1 3 (MODSEQ {{$m6}})
S: b5 OK {{text}}
C: b6 SEARCH MODSEQ 9223372036854775807
S: * SEARCH
S: b6 OK {{text}}
C: b7 STATUS INBOX (HIGHESTMODSEQ)
S: * STATUS {{astring:INBOX}} (HIGHESTMODSEQ {{$m6}})
S: b7 OK {{text}}
# who did not ask is not told
C2: a1 STATUS INBOX (MESSAGES)
S2: * STATUS {{astring:INBOX}} (MESSAGES 3)
S2: a1 OK {{text}}
