# RFC 7888, 4
user anna secret
C: A001 LOGIN {4+}
| anna {6+}
| secret
S: A001 OK {{text}}
C2: B001 LOGIN {0+}
|  {6+}
| secret
S2: B001 NO [AUTHENTICATIONFAILED] {{text}}
