/* account_text.c - what stands in the file of an account. */
#include "account_text.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool parse_bool(const char *text, bool *value_out)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*value_out = i % 2 == 1;
			return true;
		}
	}
	return false;
}

/* inih's: 0 is an error. */
static int take(void *context, const char *section, const char *key, const char *value)
{
	struct account_file *account = context;
	if (section[0] != '\0') {
		return 1;
	}
	if (strcmp(key, "password") == 0) {
		if (account->password != NULL) {
			return 0; /* twice, or a second line: which one counts? */
		}
		account->password = strdup(value);
		return account->password != NULL;
	}
	if (strcmp(key, "disabled") == 0) {
		return parse_bool(value, &account->disabled);
	}
	return 1;
}

enum account_result account_text_parse(const char *text, struct account_file *account_out)
{
	struct account_file account = { 0 };
	if (ini_parse_string(text, take, &account) != 0) {
		account_file_clear(&account);
		return ACCOUNT_DAMAGED;
	}
	if (account.password != NULL && account.password[0] == '\0') {
		free(account.password);
		account.password = NULL;
	}
	*account_out = account;
	return ACCOUNT_GOOD;
}

void account_file_clear(struct account_file *account)
{
	if (account->password != NULL) {
		explicit_bzero(account->password, strlen(account->password));
		free(account->password);
	}
	*account = (struct account_file) { 0 };
}

/* The new value of the key that a line sets; NULL when it stays as it is. */
static const char *value_for(const char *line, const struct account_change *change)
{
	const char *const keys[] = { "password", "disabled" };
	const char *const values[] = { change->password, change->disabled };
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(keys[i]);
		if (strncmp(line, keys[i], n) == 0) {
			const char *after = line + n + strspn(line + n, " \t");
			if (*after == '=' || *after == ':') {
				return values[i];
			}
		}
	}
	return NULL;
}

static void write_key(FILE *out, const char *key, const char *value)
{
	if (value != NULL && value[0] != '\0') {
		fprintf(out, "%s = %s\n", key, value);
	}
}

/* New lines first, where no section has begun; then all others that were there. */
static bool write_changed(FILE *out, const char *text, const struct account_change *change)
{
	bool in_section = false;
	write_key(out, "password", change->password);
	write_key(out, "disabled", change->disabled);
	for (const char *line = text; *line != '\0';) {
		size_t n = strcspn(line, "\n");
		in_section = in_section || line[0] == '[';
		if (in_section || value_for(line, change) == NULL) {
			fwrite(line, 1, n, out);
			fputc('\n', out);
		}
		line += n + (line[n] == '\n');
	}
	return !ferror(out);
}

/* Whether a text says what was wanted. */
static bool says(const char *text, const struct account_change *change)
{
	struct account_file account;
	if (account_text_parse(text, &account) != ACCOUNT_GOOD) {
		return false;
	}
	const char *password = account.password == NULL ? "" : account.password;
	bool good = (change->password == NULL || strcmp(change->password, password) == 0) &&
		    (change->disabled == NULL || account.disabled == (change->disabled[0] != '\0'));
	account_file_clear(&account);
	return good;
}

enum account_result account_text_change(
	const char *text, const struct account_change *change, char **text_out)
{
	char *made = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&made, &size);
	if (out == NULL) {
		return ACCOUNT_TROUBLE;
	}
	bool good = write_changed(out, text, change);
	good = fclose(out) == 0 && good;
	if (!good || !says(made, change)) {
		free(made);
		return good ? ACCOUNT_DAMAGED : ACCOUNT_TROUBLE;
	}
	*text_out = made;
	return ACCOUNT_GOOD;
}
