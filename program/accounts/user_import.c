/* user_import.c - accounts of other programs, from a file like /etc/shadow. */
#include "user_import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/verb.h"
#include "account_file.h"
#include "hash.h"
#include "user_name.h"

struct import {
	const char *data;
	const char *path;
	bool replace;
	unsigned line;
	unsigned added;
	unsigned changed;
	unsigned same;
	unsigned refused;
};

static void refuse(struct import *import, const char *why)
{
	fprintf(stderr, "roost: %s:%u: %s\n", import->path, import->line, why);
	import->refused++;
}

static const char *result_text(enum account_result result)
{
	switch (result) {
	case ACCOUNT_TROUBLE:
		return strerror(errno);
	case ACCOUNT_DAMAGED:
		return "the account that is there cannot be understood";
	default:
		return "somebody else changes the account at this time";
	}
}

/* There is such a user already. */
static void meet(struct import *import, const char *name, const char *hash)
{
	const struct account_change change = { .password = hash };
	struct account_file account = { 0 };
	enum account_result result = account_file_read(import->data, name, &account);
	bool same = result == ACCOUNT_GOOD && account.password != NULL &&
		    strcmp(account.password, hash) == 0;
	account_file_clear(&account);
	if (same) {
		import->same++;
	} else if (result == ACCOUNT_GOOD && !import->replace) {
		refuse(import, "there is such a user already, with another password; --replace "
			       "changes it");
	} else {
		result = account_file_change(import->data, name, &change);
		import->changed += result == ACCOUNT_GOOD;
		if (result != ACCOUNT_GOOD) {
			refuse(import, result_text(result));
		}
	}
}

static void take_account(struct import *import, const char *name, const char *hash)
{
	const struct account_change change = { .password = hash };
	enum account_result result = account_file_add(import->data, name, &change);
	switch (result) {
	case ACCOUNT_GOOD:
		import->added++;
		break;
	case ACCOUNT_EXISTS:
		meet(import, name, hash);
		break;
	default:
		refuse(import, result_text(result));
		break;
	}
}

/* "NAME:HASH[:…]", without its end. */
static void take_line(struct import *import, char *line)
{
	char *colon = strchr(line, ':');
	const char *why = "";
	if (colon == NULL) {
		refuse(import, "this is no line of NAME:HASH");
		return;
	}
	*colon = '\0';
	char *text = colon + 1;
	text[strcspn(text, ":")] = '\0';
	char *name = user_name_fold(line, &why);
	const char *hash = hash_of_text(text);
	if (name == NULL) {
		fprintf(stderr, "roost: %s:%u: this is no name for a user: %s\n", import->path,
			import->line, why);
		import->refused++;
	} else if (text[0] == '\0' || text[0] == '!' || text[0] == '*' || text[0] == 'x') {
		refuse(import, "this user has no password");
	} else if (hash == NULL) {
		refuse(import, "this is no yescrypt, bcrypt, SHA-512-crypt or SHA-256-crypt hash");
	} else {
		take_account(import, name, hash);
	}
	free(name);
}

static bool take_lines(struct import *import, FILE *file)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t n;
	while ((n = getline(&line, &capacity, file)) >= 0) {
		import->line++;
		line[strcspn(line, "\r\n")] = '\0';
		if (strlen(line) + 2 < (size_t)n) {
			refuse(import, "this line holds a NUL");
		} else if (line[0] != '\0' && line[0] != '#') {
			take_line(import, line);
		}
	}
	bool good = !ferror(file);
	if (!good) {
		(void)verb_refuse("cannot read %s: %s", import->path, strerror(errno));
	}
	free(line);
	return good;
}

int user_import(const char *data, const char *path, bool replace)
{
	bool standard = strcmp(path, "-") == 0;
	struct import import = { .data = data, .replace = replace };
	import.path = standard ? "standard input" : path;
	FILE *file = standard ? stdin : fopen(path, "re");
	if (file == NULL) {
		return verb_refuse("cannot read %s: %s", path, strerror(errno));
	}
	bool good = take_lines(&import, file);
	if (!standard) {
		(void)fclose(file);
	}
	printf("%u added, %u changed, %u as they were, %u not taken\n", import.added,
		import.changed, import.same, import.refused);
	int status = verb_say("");
	return good && import.refused == 0 ? status : VERB_TROUBLE;
}
