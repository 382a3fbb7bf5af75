# RFC 5530, 3: OVERQUOTA
quota 100
login
C: a1 APPEND INBOX {60+}
| {{repeat 60 x}}
S: a1 OK [APPENDUID {{uidvalidity}} 1] {{text}}
C: a2 APPEND INBOX {60+}
| {{repeat 60 x}}
S: a2 NO [OVERQUOTA] {{text}}
open INBOX
C: a3 COPY 1 INBOX
S: a3 NO [OVERQUOTA] {{text}}
