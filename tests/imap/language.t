# RFC 5255 section 3: the language of what is meant for people
connect
S: * OK {{text}}
C: a1 LANGUAGE
S: * LANGUAGE (i-default en de)
S: a1 OK {{text}}
C: a2 LANGUAGE MUL
S: a2 NO That language is not spoken here
C: a3 SELECT INBOX
S: a3 BAD Sign in first
C: b1 LANGUAGE DE
S: * LANGUAGE (de)
S: b1 OK Ab jetzt auf Deutsch
C: b2 SELECT INBOX
S: b2 BAD Zuerst anmelden
C: b3 LOGIN anna wrong
S: b3 NO [AUTHENTICATIONFAILED] Einen solchen Benutzer mit diesem Passwort gibt es nicht
C: b4 LOGIN anna secret
S: b4 OK [CAPABILITY {{text}}] Angemeldet
C: b5 DELETE INBOX
S: b5 NO [CANNOT] INBOX kann nicht gel\xc3\xb6scht werden
C: b6 NOTHING
S: b6 BAD {{text}}
# UTF-8 it is
C: b7 LIST "" ""
S: {{any}}
S: b7 OK {{text}}
C: b8 CAPABILITY
S: * CAPABILITY {{text}}
S: b8 OK F\xc3\xa4higkeiten aufgez\xc3\xa4hlt
# the old one stays when none is known
C: c1 LANGUAGE FR
S: c1 NO Diese Sprache wird hier nicht gesprochen
C: c2 LANGUAGE FR-CA EN-CA
S: * LANGUAGE (en)
S: c2 OK Speaking that language
C: c3 LANGUAGE DE-AT-1996
S: * LANGUAGE (de)
S: c3 OK Ab jetzt auf Deutsch
C: c4 LANGUAGE de-x
S: * LANGUAGE (de)
S: c4 OK Ab jetzt auf Deutsch
C: c5 LANGUAGE "default"
S: * LANGUAGE (i-default)
S: c5 OK Speaking that language
C: c6 LANGUAGE i-default
S: * LANGUAGE (i-default)
S: c6 OK Speaking that language
C: c7 LANGUAGE den
S: c7 NO That language is not spoken here
C: c8 LANGUAGE ""
S: c8 NO That language is not spoken here
C: c9 LANGUAGE (de)
S: c9 BAD {{text}}
C: d1 LANGUAGE de
S: * LANGUAGE (de)
S: d1 OK Ab jetzt auf Deutsch
C: d2 LOGOUT
S: * BYE Bis zum n\xc3\xa4chsten Mal
S: d2 OK Abgemeldet
closed
