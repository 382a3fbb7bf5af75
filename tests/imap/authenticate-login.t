# the LOGIN mechanism: two questions
user anna secret
C: a1 AUTHENTICATE LOGIN
S: + VXNlciBOYW1lAA==
L: YW5uYQ==
S: + UGFzc3dvcmQA
L: c2VjcmV0
S: a1 OK {{text}}
