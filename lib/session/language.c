/* language.c - in which language the server speaks to a person. */
#include "session/language.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct translation {
	const char *english;
	const char *text;
};

/* In the order of strcmp(). What is not here, such as texts of a backend, is told as it is. */
/* clang-format off */
static const struct translation german[] = {
	{ "A batch has at least 500 messages", "Ein Stapel hat mindestens 500 Nachrichten" },
	{ "A batch has at least one message, and a range goes from low to high", "Ein Stapel hat mindestens eine Nachricht, und ein Bereich geht von niedrig nach hoch" },
	{ "A limit has been reached", "Eine Grenze ist erreicht" },
	{ "A mailbox cannot become its own child", "Ein Postfach kann nicht sein eigenes Unterpostfach werden" },
	{ "A mailbox name has no empty levels", "Ein Postfachname hat keine leeren Stufen" },
	{ "A message without octets is not stored", "Eine leere Nachricht wird nicht gespeichert" },
	{ "Batches told", "Stapel aufgezählt" },
	{ "Begin TLS now", "Jetzt mit TLS beginnen" },
	{ "Capabilities listed", "Fähigkeiten aufgezählt" },
	{ "Checked", "Geprüft" },
	{ "Comparator told", "Vergleich genannt" },
	{ "Delimiter listed", "Trennzeichen genannt" },
	{ "Done", "Fertig" },
	{ "Enabled what is known", "Eingeschaltet, was bekannt ist" },
	{ "Expected DONE to end IDLE", "DONE wird erwartet, um IDLE zu beenden" },
	{ "Expunged", "Endgültig gelöscht" },
	{ "Flags stored", "Markierungen gespeichert" },
	{ "Given up", "Abgebrochen" },
	{ "INBOX cannot be deleted", "INBOX kann nicht gelöscht werden" },
	{ "Id of the mailbox", "Kennung des Postfachs" },
	{ "Idled", "Gewartet" },
	{ "Languages listed", "Sprachen aufgezählt" },
	{ "Literals with a plus sign are for up to 4096 octets", "Literale mit Pluszeichen dürfen höchstens 4096 Oktette haben" },
	{ "Mailbox closed", "Postfach geschlossen" },
	{ "Mailbox created", "Postfach angelegt" },
	{ "Mailbox deleted", "Postfach gelöscht" },
	{ "Mailbox renamed", "Postfach umbenannt" },
	{ "Mailbox selected", "Postfach ausgewählt" },
	{ "Mailbox selected, read-only", "Postfach ausgewählt, nur zum Lesen" },
	{ "Mailbox unselected", "Postfach verlassen" },
	{ "Mailboxes listed", "Postfächer aufgezählt" },
	{ "Message appended", "Nachricht gespeichert" },
	{ "Messages copied", "Nachrichten kopiert" },
	{ "Messages fetched", "Nachrichten geholt" },
	{ "Messages moved", "Nachrichten verschoben" },
	{ "Namespaces listed", "Namensräume aufgezählt" },
	{ "No mailbox can have that name", "Kein Postfach kann so heißen" },
	{ "Not allowed to act for that user", "Für diesen Benutzer zu handeln ist nicht erlaubt" },
	{ "Not now", "Jetzt nicht" },
	{ "Nothing done", "Nichts getan" },
	{ "Others have changed some of the messages", "Andere haben einige der Nachrichten geändert" },
	{ "Out of memory", "Der Speicher reicht nicht" },
	{ "Permission denied", "Keine Berechtigung" },
	{ "Pleased to meet you", "Sehr erfreut" },
	{ "Search done", "Suche beendet" },
	{ "Select a mailbox first", "Zuerst ein Postfach auswählen" },
	{ "Send ENABLE QRESYNC first", "Zuerst ENABLE QRESYNC senden" },
	{ "Sign in first", "Zuerst anmelden" },
	{ "Sign in over TLS only", "Anmelden geht nur über TLS" },
	{ "Sign-in given up, as you wish", "Anmeldung abgebrochen, wie gewünscht" },
	{ "Signed in", "Angemeldet" },
	{ "Signed out", "Abgemeldet" },
	{ "Some messages could not be read", "Einige Nachrichten konnten nicht gelesen werden" },
	{ "Some messages have been expunged", "Einige Nachrichten sind endgültig gelöscht" },
	{ "Some of the messages no longer exist", "Einige der Nachrichten gibt es nicht mehr" },
	{ "Some parts are in an unknown encoding", "Einige Teile sind unbekannt kodiert" },
	{ "Something went wrong", "Etwas ist schiefgegangen" },
	{ "Sorted", "Sortiert" },
	{ "Speaking that language", "Ab jetzt auf Deutsch" },
	{ "Status told", "Status genannt" },
	{ "Subscribed", "Abonniert" },
	{ "TLS is active already", "TLS ist schon eingeschaltet" },
	{ "That cannot be done", "Das geht nicht" },
	{ "That charset is not known", "Dieser Zeichensatz ist nicht bekannt" },
	{ "That is no comparator", "Das ist kein Vergleich" },
	{ "That is not valid base64", "Das ist kein gültiges base64" },
	{ "That language is not spoken here", "Diese Sprache wird hier nicht gesprochen" },
	{ "That makes no sense", "Das ergibt keinen Sinn" },
	{ "The charset is not known", "Der Zeichensatz ist nicht bekannt" },
	{ "The command line is over the limit", "Die Befehlszeile ist zu lang" },
	{ "The data is damaged", "Die Daten sind beschädigt" },
	{ "The literal is over the limit", "Das Literal ist zu groß" },
	{ "The mail store could not be read or written", "Der Nachrichtenspeicher konnte nicht gelesen oder geschrieben werden" },
	{ "The mail store is busy, try again later", "Der Nachrichtenspeicher ist beschäftigt, bitte später noch einmal versuchen" },
	{ "The mail store is not available, try again later", "Der Nachrichtenspeicher ist nicht erreichbar, bitte später noch einmal versuchen" },
	{ "The mailbox has children", "Das Postfach hat Unterpostfächer" },
	{ "The mailbox is in use", "Das Postfach wird gerade benutzt" },
	{ "The mailbox is read-only", "Das Postfach kann nur gelesen werden" },
	{ "The mailbox was deleted or renamed", "Das Postfach wurde gelöscht oder umbenannt" },
	{ "The mailbox was opened for reading only", "Das Postfach wurde nur zum Lesen geöffnet" },
	{ "The mechanisms offered are PLAIN and LOGIN", "Angeboten werden die Mechanismen PLAIN und LOGIN" },
	{ "The message is too big", "Die Nachricht ist zu groß" },
	{ "The message is too big; see APPENDLIMIT", "Die Nachricht ist zu groß; siehe APPENDLIMIT" },
	{ "The password has expired", "Das Passwort ist abgelaufen" },
	{ "The quota is used up", "Der zugeteilte Platz ist verbraucht" },
	{ "The search names too many messages", "Die Suche nennt zu viele Nachrichten" },
	{ "The store is read-only", "Der Nachrichtenspeicher kann nur gelesen werden" },
	{ "The text is not in the charset that was named", "Der Text ist nicht in dem Zeichensatz, der genannt wurde" },
	{ "There are no sequence numbers since UIDONLY was enabled", "Seit UIDONLY eingeschaltet ist, gibt es keine laufenden Nummern" },
	{ "There is no message of that sequence number", "Es gibt keine Nachricht mit dieser laufenden Nummer" },
	{ "There is no room for the message now", "Für die Nachricht ist gerade kein Platz" },
	{ "There is no such comparator", "Einen solchen Vergleich gibt es nicht" },
	{ "There is no such mailbox", "Ein solches Postfach gibt es nicht" },
	{ "There is no such special use", "Eine solche besondere Verwendung gibt es nicht" },
	{ "There is no such special use here", "Eine solche besondere Verwendung gibt es hier nicht" },
	{ "There is no such user with this password", "Einen solchen Benutzer mit diesem Passwort gibt es nicht" },
	{ "There is such a mailbox already", "Ein solches Postfach gibt es schon" },
	{ "There was nothing to copy", "Es gab nichts zu kopieren" },
	{ "There was nothing to move", "Es gab nichts zu verschieben" },
	{ "There were too many failed sign-ins; try again in some minutes", "Es gab zu viele fehlgeschlagene Anmeldungen; bitte in einigen Minuten noch einmal versuchen" },
	{ "This mail store cannot do that", "Das kann dieser Nachrichtenspeicher nicht" },
	{ "This mailbox has no mod-sequences", "Dieses Postfach hat keine Änderungsnummern" },
	{ "This server has no certificate for TLS", "Dieser Server hat kein Zertifikat für TLS" },
	{ "Threads made", "Gesprächsfäden gebildet" },
	{ "Too many bad commands", "Zu viele falsche Befehle" },
	{ "Too many failed sign-ins", "Zu viele fehlgeschlagene Anmeldungen" },
	{ "Too much for one APPEND; send it in several", "Zu viel für ein APPEND; bitte auf mehrere verteilen" },
	{ "Unknown command", "Unbekannter Befehl" },
	{ "Unsubscribed", "Abbestellt" },
	{ "Until next time", "Bis zum nächsten Mal" },
	{ "What you know of the mailbox", "Was Sie von dem Postfach wissen" },
	{ "Wrong user name or password", "Benutzername oder Passwort falsch" },
	{ "You are signed in already", "Sie sind schon angemeldet" },
};
/* clang-format on */

static const struct {
	const char *tag;
	const struct translation *texts;
	size_t count;
} languages[LANGUAGES] = {
	[LANGUAGE_DEFAULT] = { "i-default", NULL, 0 },
	[LANGUAGE_ENGLISH] = { "en", NULL, 0 },
	[LANGUAGE_GERMAN] = { "de", german, sizeof(german) / sizeof(german[0]) },
};

const char *language_tag(enum language language)
{
	return languages[language].tag;
}

/* Without its last subtag, and a single letter before that. RFC 4647 section 3.4. */
static struct roost_text shorten(struct roost_text range)
{
	while (range.size > 0 && range.bytes[range.size - 1] != '-') {
		range.size--;
	}
	range.size -= range.size > 0;
	if (range.size > 2 && range.bytes[range.size - 2] == '-') {
		range.size -= 2;
	}
	return range;
}

enum language language_find(struct roost_text range)
{
	if (text_equal_nocase(range, TEXT("default")) || text_equal(range, TEXT("*"))) {
		return LANGUAGE_DEFAULT;
	}
	for (; range.size > 0; range = shorten(range)) {
		for (size_t i = 0; i < LANGUAGES; i++) {
			if (text_equal_nocase(range, text_from(languages[i].tag))) {
				return (enum language)i;
			}
		}
	}
	return LANGUAGES;
}

static int compare(const void *key, const void *translation)
{
	return strcmp(key, ((const struct translation *)translation)->english);
}

const char *language_text(enum language language, const char *english)
{
	const struct translation *found = NULL;

	if (languages[language].count > 0) {
		found = bsearch(english, languages[language].texts, languages[language].count,
			sizeof(*found), compare);
	}
	return found == NULL ? english : found->text;
}
