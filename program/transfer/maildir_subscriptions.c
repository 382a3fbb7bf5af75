/* maildir_subscriptions.c - what is subscribed to in a Maildir that a server has made. */
#include "maildir_subscriptions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mailbox_name.h"

/* The line with '/' between the levels: Dovecot has tabs there, before its version 2 what its
 * folders have; Courier has "INBOX." in front. */
static char *name_of(char *line, bool courier, bool tabs)
{
	const char *divider = tabs ? "\t" : strchr(line, '/') != NULL ? "/" : ".";
	char *name = strdup("");
	char *rest = line;
	if (courier && strncmp(line, "INBOX.", 6) == 0) {
		rest += 6;
	}
	for (const char *level; name != NULL && (level = strsep(&rest, divider)) != NULL;) {
		char *decoded = mailbox_name_decode(level);
		char *longer = NULL;
		if (decoded == NULL || asprintf(&longer, "%s%s%s", name, name[0] != '\0' ? "/" : "",
					       decoded) < 0) {
			longer = NULL;
		}
		free(decoded);
		free(name);
		name = longer;
	}
	return name;
}

static void take(
	const struct source *source, struct deposit *deposit, char *line, bool courier, bool tabs)
{
	char *name = name_of(line, courier, tabs);
	char *target = name != NULL ? mailbox_name_under(source->mailbox, name) : NULL;
	if (target != NULL && source_wants(source, name) && mailbox_name_is_valid(target)) {
		deposit_subscribe(deposit, target, name);
	}
	free(target);
	free(name);
}

static void read_file(
	const struct source *source, struct deposit *deposit, const char *file_name, bool courier)
{
	char *path = NULL;
	if (asprintf(&path, "%s/%s", source->path, file_name) < 0) {
		return;
	}
	FILE *file = fopen(path, "re");
	if (file == NULL && errno != ENOENT) {
		deposit_fail(deposit, path, strerror(errno));
	}
	char *line = NULL;
	size_t capacity = 0;
	bool first = true;
	bool tabs = false;
	for (ssize_t n; file != NULL && (n = getline(&line, &capacity, file)) >= 0; first = false) {
		line[strcspn(line, "\r\n")] = '\0';
		tabs = tabs || (first && strncmp(line, "V\t", 2) == 0);
		if (line[0] != '\0' && !(first && tabs)) {
			take(source, deposit, line, courier, tabs);
		}
	}
	free(line);
	if (file != NULL) {
		(void)fclose(file);
	}
	free(path);
}

void maildir_subscriptions_read(const struct source *source, struct deposit *deposit)
{
	read_file(source, deposit, "subscriptions", false);
	read_file(source, deposit, "courierimapsubscribed", true);
}
