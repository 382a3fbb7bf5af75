# names with quotes, backslashes, spaces and braces
login
C: a1 CREATE "a \"b\" \\c"
S: a1 OK {{text}}
C: a2 LIST "" "a *"
S: * LIST (\HasNoChildren) "/" "a \"b\" \\c"
S: a2 OK {{text}}
C: a3 CREATE {5+}
| (x){y
S: a3 OK {{text}}
C: a4 LIST "" {2+}
| (*
S: * LIST (\HasNoChildren) "/" "(x){y"
S: a4 OK {{text}}
