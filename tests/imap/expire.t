# RFC 3501, 5.4: autologout
login
open INBOX
expire
S: * BYE {{text}}
closed
