/* accounts.c - the users that the command line and user files name, with their passwords. */
#include "accounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wipe(char *text)
{
	if (text != NULL) {
		explicit_bzero(text, strlen(text));
		free(text);
	}
}

static bool has_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
			return true;
		}
	}
	return false;
}

static bool add(struct accounts *accounts, const char *name, size_t n, const char *password)
{
	struct account *list = reallocarray(accounts->list, accounts->count + 1, sizeof(*list));
	if (list == NULL) {
		fputs("roost: out of memory\n", stderr);
		return false;
	}
	accounts->list = list;
	struct account account = { strndup(name, n), strdup(password) };
	if (account.name == NULL || account.password == NULL) {
		fputs("roost: out of memory\n", stderr);
		free(account.name);
		wipe(account.password);
		return false;
	}
	list[accounts->count++] = account;
	return true;
}

bool accounts_add(struct accounts *accounts, const char *text)
{
	const char *colon = strchr(text, ':');
	if (colon == NULL || colon == text || has_control(text, (size_t)(colon - text))) {
		fputs("roost: a user is given as NAME:PASSWORD, for example anna:secret\n", stderr);
		return false;
	}
	size_t n = (size_t)(colon - text);
	if (accounts_find(accounts, text, n) != NULL) {
		fprintf(stderr, "roost: the user %.*s is given twice\n", (int)n, text);
		return false;
	}
	return add(accounts, text, n, colon + 1);
}

bool accounts_add_file(struct accounts *accounts, const char *path)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		fprintf(stderr, "roost: cannot read the user file %s: %s\n", path, strerror(errno));
		return false;
	}
	char *line = NULL;
	size_t capacity = 0;
	ssize_t n = 0;
	unsigned number = 0;
	bool good = true;
	while (good && (n = getline(&line, &capacity, file)) >= 0) {
		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#' && !accounts_add(accounts, line)) {
			fprintf(stderr, "roost: this was line %u of the user file %s\n", number,
				path);
			good = false;
		}
	}
	if (ferror(file)) {
		fprintf(stderr, "roost: cannot read the user file %s: %s\n", path, strerror(errno));
		good = false;
	}
	if (line != NULL) {
		explicit_bzero(line, capacity);
		free(line);
	}
	(void)fclose(file);
	return good;
}

const struct account *accounts_find(const struct accounts *accounts, const char *name, size_t n)
{
	for (size_t i = 0; i < accounts->count; i++) {
		const char *known = accounts->list[i].name;
		if (strlen(known) == n && memcmp(known, name, n) == 0) {
			return &accounts->list[i];
		}
	}
	return NULL;
}

void accounts_clear(struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++) {
		free(accounts->list[i].name);
		wipe(accounts->list[i].password);
	}
	free(accounts->list);
	accounts->list = NULL;
	accounts->count = 0;
}
