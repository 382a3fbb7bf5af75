# RFC 2971, 3.1: in any state; NIL, a list, and a list with NIL in it
user anna secret
C: a023 ID ("name" "sodr" "version" "19.34" "vendor" "Pink Floyd Music Limited")
S: * ID {{text}}
S: a023 OK {{text}}
C: a042 ID NIL
S: * ID {{text}}
S: a042 OK {{text}}
C: a043 ID ("name" NIL)
S: * ID {{text}}
S: a043 OK {{text}}
C: a044 ID ()
S: * ID {{text}}
S: a044 OK {{text}}
C: a045 ID
S: a045 BAD {{text}}
C: a046 ID ("name")
S: a046 BAD {{text}}
C: a047 LOGIN anna secret
S: a047 OK {{text}}
C: a048 ID NIL
S: * ID {{text}}
S: a048 OK {{text}}
