# RFC 3501, 6.3.4
login
mailbox blurdybloop
mailbox foo/bar
C: A683 DELETE blurdybloop
S: A683 OK {{text}}
C: A684 DELETE blurdybloop
S: A684 NO [NONEXISTENT] {{text}}
C: A685 DELETE foo/bar
S: A685 OK {{text}}
C: A686 LIST "" foo/%
S: A686 OK {{text}}
C: A687 DELETE INBOX
S: A687 NO [CANNOT] {{text}}
C: A688 DELETE inbox
S: A688 NO [CANNOT] {{text}}
C: A689 DELETE
S: A689 BAD {{text}}
