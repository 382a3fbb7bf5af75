login
C: a1 LIST ""
S: a1 BAD {{text}}
C: a2 LIST
S: a2 BAD {{text}}
C: a3 LIST "" * x
S: a3 BAD {{text}}
C: a4 LIST "" {1+}
| %
S: * LIST (\HasNoChildren) "/" {{astring:INBOX}}
S: a4 OK {{text}}
C: a5 LSUB ""
S: a5 BAD {{text}}
