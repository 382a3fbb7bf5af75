/* accounts.c - the users that the command line and user files name, with their passwords. */
#include "accounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user_name.h"

static void wipe(char *text)
{
	if (text != NULL) {
		explicit_bzero(text, strlen(text));
		free(text);
	}
}

static bool add(struct accounts *accounts, const char *name, const char *password)
{
	struct account *list = reallocarray(accounts->list, accounts->count + 1, sizeof(*list));
	if (list == NULL) {
		fputs("roost: out of memory\n", stderr);
		return false;
	}
	accounts->list = list;
	struct account account = { strdup(name), strdup(password) };
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
	const char *why = "";
	char *name = colon == NULL ? NULL : strndup(text, (size_t)(colon - text));
	char *folded = name == NULL ? NULL : user_name_fold(name, &why);
	bool good = false;
	if (folded == NULL) {
		fprintf(stderr,
			"roost: a user is given as NAME:PASSWORD, for example anna:secret%s%s\n",
			why[0] != '\0' ? "; of this name, " : "", why);
	} else if (accounts_find(accounts, folded, strlen(folded)) != NULL) {
		fprintf(stderr, "roost: the user %s is given twice\n", name);
	} else {
		good = add(accounts, name, colon + 1);
	}
	free(folded);
	free(name);
	return good;
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

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

const struct account *accounts_find(const struct accounts *accounts, const char *name, size_t n)
{
	for (size_t i = 0; i < accounts->count; i++) {
		const char *known = accounts->list[i].name;
		size_t k = 0;
		while (k < n && known[k] != '\0' && fold(known[k]) == fold(name[k])) {
			k++;
		}
		if (k == n && known[k] == '\0') {
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
