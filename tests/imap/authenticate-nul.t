# what stands behind a NUL is not overlooked
user anna secret
C: a1 AUTHENTICATE PLAIN
S: + 
C: AGFubmEAc2VjcmV0\x00AGFubmEAd3Jvbmc=
S: a1 BAD {{text}}
C: a2 AUTHENTICATE PLAIN AGFubmEAc2VjcmV0
S: a2 OK {{any}}
