# RFC 5182: "$"
login
messages INBOX 10
mailbox Work
old INBOX
do SELECT INBOX
do STORE 2,4:6,9 +FLAGS.SILENT (\Flagged)
open INBOX
# before the first it is empty, and that is no error: example 6
C: a0 FETCH $ (UID)
S: a0 OK {{text}}
C: a1 SEARCH RETURN (SAVE) FLAGGED
S: a1 OK {{text}}
C: a2 FETCH $ (UID)
S: * 2 FETCH (UID 2)
S: * 4 FETCH (UID 4)
S: * 5 FETCH (UID 5)
S: * 6 FETCH (UID 6)
S: * 9 FETCH (UID 9)
S: a2 OK {{text}}
C: a3 UID SEARCH UID $ 1:5
S: * SEARCH 2 4 5
S: a3 OK {{text}}
C: a4 SEARCH (OR $ 1) NOT 9
S: * SEARCH 1 2 4 5 6
S: a4 OK {{text}}
# expunged in between: the numbers move, the messages stay
do STORE 1,5 +FLAGS.SILENT (\Deleted)
do EXPUNGE
C: a5 UID FETCH $ (UID)
S: * 2 FETCH (UID 2)
S: * 4 FETCH (UID 4)
S: * 6 FETCH (UID 6)
S: * 9 FETCH (UID 9)
S: * 5 EXPUNGE
S: * 1 EXPUNGE
S: a5 OK {{text}}
C: a6 FETCH $ (UID)
S: * 1 FETCH (UID 2)
S: * 3 FETCH (UID 4)
S: * 4 FETCH (UID 6)
S: * 7 FETCH (UID 9)
S: a6 OK {{text}}
# what is saved, by the options: section 2.4
C: c1 SEARCH RETURN (SAVE MIN) FLAGGED
S: * ESEARCH (TAG "c1") MIN 1
S: c1 OK {{text}}
C: c2 UID SEARCH $
S: * SEARCH 2
S: c2 OK {{text}}
C: c3 SEARCH RETURN (MAX SAVE MIN) FLAGGED
S: * ESEARCH (TAG "c3") MIN 1 MAX 7
S: c3 OK {{text}}
C: c4 UID SEARCH $
S: * SEARCH 2 9
S: c4 OK {{text}}
C: c5 SEARCH RETURN (MAX SAVE MIN COUNT) FLAGGED
S: * ESEARCH (TAG "c5") MIN 1 MAX 7 COUNT 4
S: c5 OK {{text}}
C: c6 UID SEARCH $
S: * SEARCH 2 4 6 9
S: c6 OK {{text}}
C: c7 UID SEARCH RETURN (ALL SAVE) $ NOT UID 9
S: * ESEARCH (TAG "c7") UID ALL 2,4,6
S: c7 OK {{text}}
# in all commands that take a set
C: d1 STORE $ +FLAGS.SILENT ($Processed)
S: * FLAGS ({{text}})
S: * OK [PERMANENTFLAGS ({{text}})] {{text}}
S: d1 OK {{text}}
C: d2 COPY $ Work
S: d2 OK [COPYUID {{number}} 2,4,6 1:3] {{text}}
C: d3 UID MOVE $ Work
S: * OK [COPYUID {{number}} 2,4,6 4:6] {{text}}
S: * 4 EXPUNGE
S: * 3 EXPUNGE
S: * 1 EXPUNGE
S: d3 OK {{text}}
C: d4 FETCH $ (UID)
S: d4 OK {{text}}
C: d5 UID EXPUNGE $
S: d5 OK {{text}}
# a search that fails saves nothing: example 5; one that is wrong leaves it as it was
C: e1 SEARCH RETURN (SAVE) ALL
S: e1 OK {{text}}
C: e2 SEARCH RETURN (SAVE) BLURDYBLOOP
S: e2 BAD {{text}}
C: e3 SEARCH RETURN (COUNT) $
S: * ESEARCH (TAG "e3") COUNT 5
S: e3 OK {{text}}
C: e4 SEARCH RETURN (SAVE) CHARSET KOI-99 (OR $ 1,3000:3021) TEXT {4}
S: + {{text}}
L: XXXX
S: e4 NO [BADCHARSET {{text}}] {{text}}
C: e5 SEARCH RETURN (COUNT) $
S: * ESEARCH (TAG "e5") COUNT 0
S: e5 OK {{text}}
# pipelined: example 2
C: f1 SEARCH RETURN (SAVE) UID 10
| f2 FETCH $ (UID)
S: f1 OK {{text}}
S: * 5 FETCH (UID 10)
S: f2 OK {{text}}
# another mailbox: empty again
open Work
C: g1 SEARCH RETURN (COUNT) $
S: * ESEARCH (TAG "g1") COUNT 0
S: g1 OK {{text}}
