# RFC 5267, 4.3: tags that are in use; 4.3.1: what is not kept up to date
limit contexts 2
limit context-entries 3
login
messages INBOX 8
old INBOX
open INBOX
do SELECT INBOX
C: B01 UID SEARCH RETURN (UPDATE COUNT) DELETED KEYWORD $Junk
S: * ESEARCH (TAG "B01") UID COUNT 0
S: B01 OK {{text}}
C: B01 SORT RETURN (UPDATE) FLAGGED
S: B01 BAD {{text}}
C: B01 SORT RETURN (UPDATE) (SIZE) UTF-8 FLAGGED
S: B01 BAD {{text}}
C: B01 UID SEARCH RETURN (UPDATE) FLAGGED
S: B01 BAD {{text}}
C: B01 ESEARCH RETURN (UPDATE) FLAGGED
S: B01 BAD {{text}}
# without UPDATE a tag may be what it wants
C: B01 SEARCH RETURN (COUNT) ALL
S: * ESEARCH (TAG "B01") COUNT 8
S: B01 OK {{text}}
# too large for the limit: 8 in order, or 4 ranges; all else is answered
C: B02 UID SORT RETURN (UPDATE COUNT) (SIZE) UTF-8 ALL
S: * ESEARCH (TAG "B02") UID COUNT 8
S: * NO [NOUPDATE "B02"] {{text}}
S: B02 OK {{text}}
C: B03 SEARCH RETURN (UPDATE ALL) 1,3,5,7
S: * ESEARCH (TAG "B03") ALL 1,3,5,7
S: * NO [NOUPDATE "B03"] {{text}}
S: B03 OK {{text}}
# what changes by itself
C: B04 SEARCH RETURN (UPDATE COUNT) NOT (OLDER 100000 SEEN)
S: * ESEARCH (TAG "B04") COUNT 8
S: * NO [NOUPDATE "B04"] {{text}}
S: B04 OK {{text}}
C: B05 SEARCH RETURN (COUNT UPDATE SAVE) YOUNGER 100000
S: * ESEARCH (TAG "B05") COUNT {{number}}
S: * NO [NOUPDATE "B05"] {{text}}
S: B05 OK {{text}}
C: B06 SORT RETURN (UPDATE COUNT) (RELEVANCY) UTF-8 FUZZY SUBJECT nothing
S: * ESEARCH (TAG "B06") COUNT 0
S: * NO [NOUPDATE "B06"] {{text}}
S: B06 OK {{text}}
# refused is not in use, and failed is not kept
C: B02 SEARCH RETURN (COUNT UPDATE) CHARSET X-NONE SUBJECT x
S: B02 NO [BADCHARSET {{text}}
C: B02 SEARCH RETURN (UPDATE) FLAGGED
S: * ESEARCH (TAG "B02")
S: B02 OK {{text}}
# too many, with all kinds of tags
C: B]7 SEARCH RETURN (UPDATE MIN) ALL
S: * ESEARCH (TAG "B]7") MIN 1
S: * NO [NOUPDATE "B]7"] {{text}}
S: B]7 OK {{text}}
# one that grows too large ends
do STORE 1,3,5 +FLAGS.SILENT (\Flagged)
C: C1 NOOP
S: * 1 FETCH (UID 1 FLAGS (\Flagged))
S: * 3 FETCH (UID 3 FLAGS (\Flagged))
S: * 5 FETCH (UID 5 FLAGS (\Flagged))
S: * ESEARCH (TAG "B02") ADDTO (0 1,3,5)
S: C1 OK {{text}}
do STORE 7 +FLAGS.SILENT (\Flagged)
C: C2 NOOP
S: * 7 FETCH (UID 7 FLAGS (\Flagged))
S: * NO [NOUPDATE "B02"] {{text}}
S: C2 OK {{text}}
C: C3 SORT RETURN (UPDATE ALL) (ARRIVAL) UTF-8 UID 1:2,8
S: * ESEARCH (TAG "C3") ALL {{text}}
S: C3 OK {{text}}
C: C4 CANCELUPDATE "B01" "C3"
S: C4 OK {{text}}
C: C5 SORT RETURN (UPDATE COUNT) (SIZE) UTF-8 FLAGGED NOT 7
S: * ESEARCH (TAG "C5") COUNT 3
S: C5 OK {{text}}
do STORE 2 +FLAGS.SILENT (\Flagged)
C: C6 NOOP
S: * 2 FETCH (UID 2 FLAGS (\Flagged))
S: * NO [NOUPDATE "C5"] {{text}}
S: C6 OK {{text}}
C: C7 CANCELUPDATE "C5"
S: C7 NO {{text}}
# syntax
C: D1 SEARCH RETURN (UPDATE ()) ALL
S: D1 BAD {{text}}
C: D2 SEARCH RETURN (UPDATE (NOSUCH)) ALL
S: D2 BAD {{text}}
C: D3 SEARCH RETURN (CONTEXT (UID)) ALL
S: D3 BAD {{text}}
C: D4 THREAD RETURN (UPDATE) REFERENCES UTF-8 ALL
S: D4 BAD {{text}}
C: D5 ESEARCH IN (personal) RETURN (UPDATE) ALL
S: D5 BAD {{text}}
C: D6 ESEARCH IN (selected personal) RETURN (UPDATE) ALL
S: D6 BAD {{text}}
