/* cmd_list.c - LIST and LSUB. RFC 3501 sections 6.3.8 and 6.3.9, RFC 3348, RFC 6154, RFC 5258, RFC 5819, RFC 9051. */
#include <string.h>

#include "grammar/astring.h"
#include "grammar/mailbox_attribute.h"
#include "session/listing.h"

struct telling {
	struct listing listing;
	size_t next; /* in the listing's `sorted` */
};

static void telling_free(void *task)
{
	listing_clear(&((struct telling *)task)->listing);
}

static void write_attribute(struct buf *buf, const char **separator, const char *name)
{
	buf_string(buf, *separator);
	buf_string(buf, name);
	*separator = " ";
}

static void write_attributes(const struct roost_conn *conn, struct buf *buf,
	const struct command *command, const struct listed *listed)
{
	/* LSUB does not know which mailboxes there are. */
	bool extended = command->kind != COMMAND_LSUB &&
			(command->list.extended || conn_has_enabled(conn, ENABLED_REV2));
	const char *separator = "";

	if (extended && !listed->exists) {
		write_attribute(buf, &separator, "\\NonExistent");
	}
	/* What does not exist cannot be selected anyway. */
	unsigned implied = extended && !listed->exists ? ROOST_MAILBOX_NOSELECT : 0;
	mailbox_attribute_write(buf, &separator, listed->attributes & ~implied);
	bool tells_subscribed = (command->list.select & LIST_SELECT_SUBSCRIBED) != 0 ||
				(command->list.wanted & LIST_RETURN_SUBSCRIBED) != 0;
	if (tells_subscribed && listed->subscribed) {
		write_attribute(buf, &separator, "\\Subscribed");
	}
	/* What is subscribed says nothing about which children there are. */
	if (command->kind != COMMAND_LSUB) {
		write_attribute(buf, &separator,
			listed->has_children ? "\\HasChildren" : "\\HasNoChildren");
	}
}

void list_write_delimiter(struct buf *buf, char delimiter)
{
	if (delimiter == '\0') {
		buf_string(buf, "NIL");
	} else {
		string_write(buf, (struct roost_text) { &delimiter, 1 });
	}
}

/* The selection options that a name below this one meets. RFC 5258 section 3.5. */
static void write_child_info(
	struct buf *buf, const struct command *command, const struct listed *listed)
{
	unsigned select = command->list.select;

	if (!listed->selected_below) {
		return;
	}
	buf_string(buf, " (\"CHILDINFO\" (");
	buf_string(buf, (select & LIST_SELECT_SUBSCRIBED) != 0 ? "\"SUBSCRIBED\"" : "");
	if ((select & LIST_SELECT_SPECIAL_USE) != 0) {
		buf_string(buf, (select & LIST_SELECT_SUBSCRIBED) != 0 ? " " : "");
		buf_string(buf, "\"SPECIAL-USE\"");
	}
	buf_string(buf, "))");
}

void list_tell_name(struct roost_conn *conn, const struct command *command,
	const struct listed *listed, const char *old_name)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, command->kind == COMMAND_LSUB ? "* LSUB (" : "* LIST (");
	write_attributes(conn, buf, command, listed);
	buf_string(buf, ") ");
	list_write_delimiter(buf, conn->user->delimiter);
	buf_char(buf, ' ');
	conn_write_mailbox(conn, buf, listed->name);
	write_child_info(buf, command, listed);
	if (old_name != NULL) {
		buf_string(buf, " (\"OLDNAME\" (");
		conn_write_mailbox(conn, buf, old_name);
		buf_string(buf, "))");
	}
	buf_string(buf, "\r\n");
}

/* All mailboxes are listed for one: the op knows no other way, and only so it is known whether there are children. */
void list_tell(struct roost_conn *conn, const char *name, const char *given)
{
	struct listed missing = { .name = name, .attributes = ROOST_MAILBOX_NONEXISTENT };
	const struct listed *found = &missing;
	struct listing listing = { 0 };
	struct command *command = &conn->command;

	command->list.reference = "";
	command->list.patterns = &name;
	command->list.pattern_count = 1;
	int r = listing_make(&listing, conn, command);
	for (size_t i = 0; r == 0 && i < listing.count; i++) {
		if (strcmp(listing.sorted[i]->name, name) == 0) {
			found = listing.sorted[i];
		}
	}
	if (r == 0) {
		list_tell_name(conn, command, found, strcmp(name, given) == 0 ? NULL : given);
	}
	listing_clear(&listing);
	command->list.patterns = NULL;
	command->list.pattern_count = 0;
}

/* A name, and the numbers of the mailbox if they are wanted. One that cannot be selected any more has none, and says
 * so: RFC 5819 section 2. */
static void tell_listed(struct roost_conn *conn, struct listed *listed)
{
	struct roost_mailbox_status status = { .size = sizeof(status) };
	unsigned items = conn->command.list.status_items;
	unsigned never = ROOST_MAILBOX_NOSELECT | ROOST_MAILBOX_NONEXISTENT;
	bool tells = items != 0 && listed->selected && listed->exists &&
		     (listed->attributes & never) == 0;

	if (tells &&
		user_mailbox_status(conn->user, conn->call, listed->name, items, &status) < 0) {
		listed->attributes |= ROOST_MAILBOX_NOSELECT;
		tells = false;
	}
	list_tell_name(conn, &conn->command, listed, NULL);
	if (tells) {
		status_tell(conn, listed->name, items, &status);
	}
}

/* An empty pattern asks for the delimiter. */
static enum step tell_delimiter(struct roost_conn *conn)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* LIST (\\Noselect) ");
	list_write_delimiter(buf, conn->user->delimiter);
	buf_string(buf, " \"\"\r\n");
	return reply_ok(conn, NULL, "Delimiter listed");
}

static int begin(struct roost_conn *conn)
{
	struct telling *telling = roost_call_alloc(conn->call, sizeof(*telling));

	if (telling == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	conn->task = telling;
	conn->task_free = telling_free;
	if ((conn->command.list.status_items & ROOST_STATUS_HIGHEST_MODSEQ) != 0) {
		conn_use_modseq(conn);
	}
	return listing_make(&telling->listing, conn, &conn->command);
}

static bool asks_for_delimiter(const struct command *command)
{
	return command->kind == COMMAND_LIST && !command->list.extended &&
	       command->list.patterns[0][0] == '\0';
}

enum step cmd_list(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		if (asks_for_delimiter(&conn->command)) {
			return tell_delimiter(conn);
		}
		int r = begin(conn);
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	struct telling *telling = conn->task;
	while (telling->next < telling->listing.count) {
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		tell_listed(conn, telling->listing.sorted[telling->next++]);
	}
	return reply_ok(conn, NULL, "Mailboxes listed");
}
