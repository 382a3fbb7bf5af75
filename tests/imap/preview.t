# RFC 8970: previews, and those that are wanted only if they are at hand
login
message INBOX <<EOF
Subject: one

Preview text!
EOF
message INBOX <<EOF
Content-Type: multipart/encrypted; boundary=b

--b

Version: 1
--b--
EOF
message INBOX <<EOF
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<style>p {{ }}</style><p>caf=E9
EOF
old INBOX
examine INBOX
C: A1 FETCH 1 (PREVIEW)
S: * 1 FETCH (PREVIEW "Preview text!")
S: A1 OK {{text}}
C: A2 FETCH 1:3 (RFC822.SIZE PREVIEW)
S: * 1 FETCH (RFC822.SIZE {{number}} PREVIEW "Preview text!")
S: * 2 FETCH (RFC822.SIZE {{number}} PREVIEW "")
S: * 3 FETCH (RFC822.SIZE {{number}} PREVIEW {5}
| caf\xc3\xa9)
S: A2 OK {{text}}
C: B1 FETCH 1:2 (UID PREVIEW (LAZY) FLAGS)
S: * 1 FETCH (UID 1 PREVIEW "Preview text!" FLAGS ())
S: * 2 FETCH (UID 2 PREVIEW "" FLAGS ())
S: B1 OK {{text}}
C: B2 FETCH 1 PREVIEW (LAZY)
S: * 1 FETCH (PREVIEW "Preview text!")
S: B2 OK {{text}}
C: B3 FETCH 1 preview
S: * 1 FETCH (PREVIEW "Preview text!")
S: B3 OK {{text}}
C: B4 FETCH 1 PREVIEW (CHANGEDSINCE 1)
S?: * OK [HIGHESTMODSEQ {{number}}] {{text}}
S: * 1 FETCH (PREVIEW "Preview text!" MODSEQ ({{number}}))
S: B4 OK {{text}}
C: B5 FETCH 1 PREVIEW (LAZY) (PARTIAL 1:5)
S: * 1 FETCH (PREVIEW "Preview text!")
S: B5 OK {{text}}
C: C2 SEARCH RETURN (SAVE) SUBJECT one
S: C2 OK {{text}}
C: C3 FETCH $ (UID PREVIEW (LAZY))
S: * 1 FETCH (UID 1 PREVIEW "Preview text!")
S: C3 OK {{text}}
C: D1 FETCH 1 (PREVIEW (FUZZY))
S: D1 BAD {{text}}
C: D2 FETCH 1 (PREVIEW ())
S: D2 BAD {{text}}
C: D3 FETCH 1 (PREVIEW (LAZY FLAGS))
S: D3 BAD {{text}}
C: D4 FETCH 1 (PREVIEW(LAZY))
S: D4 BAD {{text}}
