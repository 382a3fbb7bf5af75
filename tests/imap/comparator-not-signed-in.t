# RFC 5255 section 4.7: COMPARATOR is for those who are signed in
connect
S: * OK {{text}}
C: a1 COMPARATOR
S: a1 BAD {{text}}
