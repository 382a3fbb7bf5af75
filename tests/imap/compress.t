# RFC 4978, 3
user anna secret
deflate
C: a0 COMPRESS DEFLATE
S: a0 BAD {{text}}
C: b LOGIN anna secret
S: b OK [CAPABILITY {{with:COMPRESS=DEFLATE}}] {{text}}
C: c0 COMPRESS
S: c0 BAD {{text}}
C: c1 COMPRESS LZMA
S: c1 BAD {{text}}
C: c2 COMPRESS DEFLATE now
S: c2 BAD {{text}}
C: c compress deflate
S: c OK {{text}}
switch
# it is not offered twice
C: d CAPABILITY
S: * CAPABILITY {{with:!COMPRESS=DEFLATE}}
S: d OK {{text}}
C: e COMPRESS DEFLATE
S: e NO [COMPRESSIONACTIVE] {{text}}
open INBOX
C: g COMPRESS DEFLATE
S: g NO [COMPRESSIONACTIVE] {{text}}
