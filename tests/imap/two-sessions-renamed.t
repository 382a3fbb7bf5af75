# another session renames the selected mailbox
login
mailbox Work
messages Work 1
old Work
open Work
C2: b1 RENAME Work Play
S2: b1 OK {{text}}
C: a1 NOOP
S: * OK [CLOSED] {{text}}
S: a1 OK {{text}}
C: a2 FETCH 1 FLAGS
S: a2 BAD {{text}}
C2: b2 STATUS Play (MESSAGES)
S2: * STATUS {{astring:Play}} (MESSAGES 1)
S2: b2 OK {{text}}
