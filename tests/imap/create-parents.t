# RFC 3501, 6.3.3: missing superior names are created
login
C: a1 CREATE one/two/three
S: a1 OK {{text}}
C: a2 LIST "" "one*"
S*: * LIST ({{any}}\HasChildren{{any}}) "/" {{astring:one}}
S*: * LIST ({{any}}\HasChildren{{any}}) "/" {{astring:one/two}}
S*: * LIST (\HasNoChildren) "/" {{astring:one/two/three}}
S: a2 OK {{text}}
