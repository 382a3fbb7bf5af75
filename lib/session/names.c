/* names.c - mailbox names as clients of IMAP4rev2 give them and hear them. RFC 9051 section 5.1.
 *
 * What such a client makes is in normalization form C, as RFC 5198 wants it. What it names may be there in just the
 * form it gave, made by others; else the normal form is meant. */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "backend/name.h"
#include "grammar/mailbox_name.h"
#include "session/listing.h"

void conn_write_mailbox(const struct roost_conn *conn, struct buf *buf, const char *name)
{
	if (conn_has_enabled(conn, ENABLED_REV2)) {
		mailbox_name_write_utf8(buf, name);
	} else {
		mailbox_name_write(buf, name);
	}
}

/* The name in normalization form C, in the memory of the command; `name` itself if that is the same, or no UTF-8. */
static int normalize(struct roost_conn *conn, const char *name, const char **name_out)
{
	utf8proc_uint8_t *composed = NULL;
	size_t n = strlen(name);
	bool ascii = true;

	for (size_t i = 0; i < n; i++) {
		ascii = ascii && (name[i] & 0x80) == 0;
	}
	utf8proc_ssize_t size =
		ascii ? 0
		      : utf8proc_map((const utf8proc_uint8_t *)name, (utf8proc_ssize_t)n, &composed,
				UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (ascii || (size < 0 && size != UTF8PROC_ERROR_NOMEM) ||
		((size_t)size == n && memcmp(composed, name, n) == 0)) {
		free(composed);
		*name_out = name;
		return 0;
	}
	char *copy = size < 0
			     ? NULL
			     : roost_call_strndup(conn->call, (const char *)composed, (size_t)size);
	free(composed);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*name_out = copy;
	return 0;
}

static bool exists(struct roost_conn *conn, const char *name)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };

	return user_mailbox_status(conn->user, conn->call, name, ROOST_STATUS_UID_VALIDITY,
		       &status) != ROOST_ERR_NO_SUCH_MAILBOX;
}

/* A pattern means names in both forms. */
static int settle_patterns(struct roost_conn *conn)
{
	struct command *command = &conn->command;
	size_t count = 0;
	const char **patterns =
		roost_call_alloc(conn->call, 2 * command->list.pattern_count * sizeof(*patterns));
	int r = patterns == NULL ? ROOST_ERR_NO_MEMORY : 0;

	for (size_t i = 0; r == 0 && i < command->list.pattern_count; i++) {
		const char *pattern = command->list.patterns[i];
		patterns[count++] = pattern;
		r = normalize(conn, pattern, &patterns[count]);
		count += r == 0 && patterns[count] != pattern;
	}
	if (r == 0) {
		command->list.patterns = patterns;
		command->list.pattern_count = count;
		r = normalize(conn, command->list.reference, &command->list.reference);
	}
	return r;
}

static int settle_name(struct roost_conn *conn)
{
	struct command *command = &conn->command;
	const char *normal;
	int r = normalize(conn, command->mailbox, &normal);

	if (r < 0 || normal == command->mailbox ||
		(command->kind != COMMAND_CREATE && exists(conn, command->mailbox))) {
		return r;
	}
	command->mailbox_given = command->mailbox;
	command->mailbox = normal;
	return 0;
}

int names_settle(struct roost_conn *conn)
{
	struct command *command = &conn->command;
	int r = 0;

	if (!conn_has_enabled(conn, ENABLED_REV2)) {
		return 0;
	}
	if (command->list.pattern_count > 0) {
		r = settle_patterns(conn);
	}
	if (r == 0 && command->mailbox != NULL) {
		r = settle_name(conn);
	}
	if (r == 0 && command->rename.to != NULL) {
		command->rename.to_given = command->rename.to;
		r = normalize(conn, command->rename.to, &command->rename.to);
	}
	return r;
}

/* Whether a name that was given is another one than what it led to; a delimiter at the end counts for nothing. */
static bool differs(const struct roost_conn *conn, const char *given, const char *name)
{
	size_t n = strlen(given);

	if (n > 1 && given[n - 1] == conn->user->delimiter) {
		n--;
	}
	return strlen(name) != n || memcmp(given, name, n) != 0;
}

void names_tell(struct roost_conn *conn)
{
	const struct command *command = &conn->command;
	const char *given =
		command->mailbox_given != NULL ? command->mailbox_given : command->mailbox;
	bool renames = command->kind == COMMAND_RENAME;
	const char *from, *to;

	if (!conn_has_enabled(conn, ENABLED_REV2) ||
		name_normalize_new(conn->user, conn->call, command->mailbox, &from) < 0 ||
		name_normalize_new(conn->user, conn->call,
			renames ? command->rename.to : command->mailbox, &to) < 0) {
		return;
	}
	bool other = differs(conn, given, from) ||
		     (renames && differs(conn, command->rename.to_given, to));
	if (other) {
		list_tell(conn, to, given);
	}
}
