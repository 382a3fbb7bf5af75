# another session deletes the selected mailbox: no hang, no crash, and nothing of the old mail
login
mailbox Work
messages Work 1
old Work
open Work
C2: b1 DELETE Work
S2: b1 OK {{text}}
C: a1 NOOP
S?: * OK [CLOSED] {{text}}
S?: * BYE {{text}}
S?: a1 {{text}}
