# RFC 4978, 3: an embedder that cannot compress does not offer it
login
C: a1 CAPABILITY
S: * CAPABILITY {{with:!COMPRESS=DEFLATE}}
S: a1 OK {{text}}
C: a2 COMPRESS DEFLATE
S: a2 BAD {{text}}
