# a pattern that asks for much work
login
mailbox aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
C: a1 LIST "" {{repeat 200 a*}}b
S: a1 OK {{text}}
C: a2 LIST "" {{repeat 200 *%}}
S*: * LIST {{text}}
S*: * LIST {{text}}
S: a2 OK {{text}}
