# RFC 6154 section 3: CREATE for a special use
login
C: t1 CREATE MyDrafts (USE (\Drafts))
S: t1 OK {{text}}
C: t2 LIST "" My*
S: * LIST ({{set:\Drafts \HasNoChildren}}) "/" {{astring:MyDrafts}}
S: t2 OK {{text}}
C: t3 CREATE Everything (USE (\Nonsense))
S: t3 NO [USEATTR] {{text}}
C: t4 STATUS Everything (MESSAGES)
S: t4 NO [NONEXISTENT] {{text}}
C: t5 CREATE Plain (USE ())
S: t5 OK {{text}}
C: t6 CREATE Out (USE (\Sent \Important))
S: t6 OK {{text}}
C: t7 LIST (SPECIAL-USE) "" *
S: * LIST ({{set:\Drafts \HasNoChildren}}) "/" {{astring:MyDrafts}}
S: * LIST ({{set:\Sent \Important \HasNoChildren}}) "/" {{astring:Out}}
S: t7 OK {{text}}
C: t8 CREATE Other (USE \Sent)
S: t8 BAD {{text}}
