/* new_password.c - a new password: asked for, or drawn by lot. */
#include "new_password.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "common/verb.h"
#include "terminal.h"

void new_password_wipe(struct new_password *password)
{
	explicit_bzero(password, sizeof(*password));
}

static bool is_good(const char *text)
{
	if (text[0] == '\0') {
		(void)verb_refuse("a password cannot be empty; --generate makes one");
		return false;
	}
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7f) {
			(void)verb_refuse("a password cannot hold control characters");
			return false;
		}
	}
	return true;
}

bool new_password_ask(const char *user, struct new_password *password)
{
	char *prompt = NULL;
	struct new_password again = { .text = "" };
	if (asprintf(&prompt, "New password of %s: ", user) < 0) {
		(void)verb_refuse("out of memory");
		return false;
	}
	bool good = terminal_read_line(prompt, true, password->text, sizeof(password->text));
	free(prompt);
	if (!good) {
		(void)verb_refuse(
			"no password was given, or one of more than %d octets", HASH_MAX_PASSWORD);
		return false;
	}
	good = is_good(password->text);
	if (good && terminal_is_there()) {
		good = terminal_read_line("Once more: ", true, again.text, sizeof(again.text)) &&
		       strcmp(password->text, again.text) == 0;
		if (!good) {
			(void)verb_refuse("these were two different passwords; nothing was done");
		}
	}
	new_password_wipe(&again);
	if (!good) {
		new_password_wipe(password);
	}
	return good;
}

bool new_password_draw(struct new_password *password)
{
	/* Without what looks like something else; 32, so that each is as likely. */
	static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
	enum { GROUPS = 5, GROUP = 4 };
	unsigned char lots[GROUPS * GROUP];
	if (RAND_bytes(lots, sizeof(lots)) != 1) {
		(void)verb_refuse("the system has no randomness for a password; type one");
		return false;
	}
	size_t n = 0;
	for (size_t i = 0; i < sizeof(lots); i++) {
		if (i > 0 && i % GROUP == 0) {
			password->text[n++] = '-';
		}
		password->text[n++] = letters[lots[i] % 32];
	}
	password->text[n] = '\0';
	explicit_bzero(lots, sizeof(lots));
	return true;
}
