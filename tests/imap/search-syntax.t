limit bad-commands 100
login
messages INBOX 1
open INBOX
C: a1 SEARCH
S: a1 BAD {{text}}
C: a2 SEARCH NONSENSE
S: a2 BAD {{text}}
C: a3 SEARCH FROM
S: a3 BAD {{text}}
C: a4 SEARCH (ALL
S: a4 BAD {{text}}
C: a5 SEARCH ALL)
S: a5 BAD {{text}}
C: a6 SEARCH OR ALL
S: a6 BAD {{text}}
C: a7 SEARCH NOT
S: a7 BAD {{text}}
C: a8 SEARCH HEADER Subject
S: a8 BAD {{text}}
C: a9 SEARCH KEYWORD
S: a9 BAD {{text}}
C: a10 SEARCH UID
S: a10 BAD {{text}}
C: a11 SEARCH ()
S: a11 BAD {{text}}
C: a12 SEARCH 9
S: {{text}}
S?: a12 {{text}}
C: a13 NOOP
S: a13 OK {{text}}
