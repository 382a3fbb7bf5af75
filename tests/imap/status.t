# RFC 3501, 6.3.10
login
mailbox blurdybloop
messages blurdybloop 4
do SELECT blurdybloop
do STORE 1 FLAGS.SILENT (\Seen)
do UNSELECT
messages blurdybloop 2
C: A042 STATUS blurdybloop (UIDNEXT MESSAGES)
S: * STATUS {{astring:blurdybloop}} ({{set:MESSAGES~6 UIDNEXT~7}})
S: A042 OK {{text}}
C: A043 STATUS blurdybloop (MESSAGES RECENT UIDNEXT UNSEEN)
S: * STATUS {{astring:blurdybloop}} ({{set:MESSAGES~6 RECENT~2 UIDNEXT~7 UNSEEN~5}})
S: A043 OK {{text}}
# STATUS takes nobody's \Recent
C: A044 STATUS blurdybloop (RECENT)
S: * STATUS {{astring:blurdybloop}} (RECENT 2)
S: A044 OK {{text}}
