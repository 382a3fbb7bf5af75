# RFC 3501, 6.2.2
user anna secret
C: a1 AUTHENTICATE PLAIN
S: + 
L: not base64!
S: a1 BAD {{text}}
C: a2 AUTHENTICATE PLAIN AGFubm
S: a2 BAD {{text}}
C: a3 AUTHENTICATE PLAIN A===
S: a3 BAD {{text}}
C: a4 LOGIN anna secret
S: a4 OK {{text}}
