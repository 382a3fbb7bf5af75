# RFC 8508, 3.4: only what the new message is larger by takes of the quota
quota 100
login
message INBOX <<EOF
{{repeat 88 x}}
EOF
open INBOX
C: a1 REPLACE 1 INBOX {95+}
| {{repeat 95 y}}
S: * OK [APPENDUID {{number}} 2] {{text}}
S: * 1 EXPUNGE
S: * 1 EXISTS
S: * {{number}} RECENT
S: a1 OK {{text}}
C: a2 REPLACE 1 INBOX {101+}
| {{repeat 101 y}}
S: a2 NO [OVERQUOTA] {{text}}
C: a3 REPLACE 1 INBOX {10+}
| {{repeat 10 y}}
S: * OK [APPENDUID {{number}} 3] {{text}}
S: * 1 EXPUNGE
S: * 1 EXISTS
S: * {{number}} RECENT
S: a3 OK {{text}}
C: a4 APPEND INBOX {90+}
| {{repeat 90 y}}
S: * 2 EXISTS
S: * {{number}} RECENT
S: a4 OK {{text}}
