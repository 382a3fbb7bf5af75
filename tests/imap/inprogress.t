# RFC 9585: a command that ends soon says nothing of its progress; the unit tests have the others
C: a0 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:!INPROGRESS}}
S: a0 OK {{text}}
C: a1 LOGIN anna secret
S: a1 OK {{text}}
C: a2 CAPABILITY
S: * CAPABILITY IMAP4rev1 {{with:INPROGRESS}}
S: a2 OK {{text}}
messages INBOX 300
old INBOX
open INBOX
C: a3 UID SEARCH RETURN (COUNT) TEXT nothing-of-that
S: * ESEARCH (TAG "a3") UID COUNT 0
S: a3 OK {{text}}
C: a4 COPY 1:300 INBOX
S: * 600 EXISTS
S?: * {{number}} RECENT
S: a4 OK {{text}}
