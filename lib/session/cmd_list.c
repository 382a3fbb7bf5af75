/* cmd_list.c - LIST and LSUB. RFC 3501 sections 6.3.8 and 6.3.9, RFC 3348, RFC 6154. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "grammar/astring.h"
#include "grammar/list_pattern.h"
#include "grammar/mailbox_name.h"
#include "session/session.h"

struct entry {
	const char *name;
	unsigned attributes; /* ROOST_MAILBOX_… */
	bool has_children;
	bool implied; /* no mailbox, but above one */
	struct entry *next;
};

struct listing {
	struct roost_conn *conn;
	bool subscriptions; /* LSUB */
	const char *pattern;
	char delimiter;
	struct map names; /* to entries */
	struct entry *entries;
	size_t count;
	struct entry **sorted;
	size_t next; /* in `sorted`, to be told */
};

static void listing_free(void *task)
{
	map_free(&((struct listing *)task)->names);
}

static struct entry *add_entry(struct listing *listing, const char *name, size_t n)
{
	struct entry *entry = roost_call_alloc(listing->conn->call, sizeof(*entry));
	char *copy = roost_call_strndup(listing->conn->call, name, n);

	if (entry == NULL || copy == NULL || map_set(&listing->names, name, n, entry) < 0) {
		return NULL;
	}
	entry->name = copy;
	entry->next = listing->entries;
	listing->entries = entry;
	listing->count++;
	return entry;
}

static int take_mailbox(void *context, const struct roost_mailbox_info *info)
{
	struct listing *listing = context;
	size_t n = strlen(info->name);
	struct entry *entry = map_get(&listing->names, info->name, n);

	if (entry == NULL) {
		entry = add_entry(listing, info->name, n);
	}
	if (entry == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	entry->attributes = info->attributes;
	return 0;
}

/* Go from a name up to those above it, until one that is known to have children: then those above that one are
 * known, too. */
static int note_parents_of(struct listing *listing, const char *name)
{
	const char *end = memrchr(name, listing->delimiter, strlen(name));

	for (; end != NULL; end = memrchr(name, listing->delimiter, (size_t)(end - name))) {
		size_t n = (size_t)(end - name);
		struct entry *parent = map_get(&listing->names, name, n);
		if (parent == NULL) {
			parent = add_entry(listing, name, n);
			if (parent == NULL) {
				return ROOST_ERR_NO_MEMORY;
			}
			parent->implied = true;
			parent->attributes = ROOST_MAILBOX_NOSELECT;
		}
		if (parent->has_children) {
			break;
		}
		parent->has_children = true;
	}
	return 0;
}

/* Every name is a child of each name above it; those that are no mailboxes themselves are implied. */
static int note_parents(struct listing *listing)
{
	int r = 0;

	if (listing->delimiter == '\0') {
		return 0;
	}
	/* What is added on the way stands before the entry that is looked at: nothing is above it but what is
	 * above that entry. */
	for (struct entry *entry = listing->entries; r == 0 && entry != NULL; entry = entry->next) {
		r = note_parents_of(listing, entry->name);
	}
	return r;
}

static bool is_wanted(const struct listing *listing, const struct entry *entry)
{
	/* LSUB tells of a name above a subscribed one only for a pattern that cannot reach that (RFC 3501
	 * section 6.3.9). */
	if (entry->implied && listing->subscriptions && strchr(listing->pattern, '%') == NULL) {
		return false;
	}
	return list_pattern_matches(listing->pattern, entry->name, listing->delimiter);
}

static int compare_entries(const void *a, const void *b)
{
	const char *x = (*(struct entry *const *)a)->name;
	const char *y = (*(struct entry *const *)b)->name;
	bool x_inbox = strcmp(x, "INBOX") == 0;
	bool y_inbox = strcmp(y, "INBOX") == 0;

	return x_inbox != y_inbox ? y_inbox - x_inbox : strcmp(x, y);
}

static int sort(struct listing *listing)
{
	size_t count = 0;

	listing->sorted = roost_call_alloc(
		listing->conn->call, (listing->count + 1) * sizeof(struct entry *));
	if (listing->sorted == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (struct entry *entry = listing->entries; entry != NULL; entry = entry->next) {
		if (roost_call_cancelled(listing->conn->call)) {
			return ROOST_ERR_CANCELLED;
		}
		if (is_wanted(listing, entry)) {
			listing->sorted[count++] = entry;
		}
	}
	listing->count = count;
	qsort(listing->sorted, count, sizeof(listing->sorted[0]), compare_entries);
	return 0;
}

static void write_attribute(struct buf *buf, const char **separator, const char *name)
{
	buf_string(buf, *separator);
	buf_string(buf, name);
	*separator = " ";
}

static void write_attributes(
	struct buf *buf, const struct listing *listing, const struct entry *entry)
{
	static const struct {
		unsigned attribute;
		const char *name;
	} names[] = {
		{ ROOST_MAILBOX_NOSELECT, "\\Noselect" },
		{ ROOST_MAILBOX_NOINFERIORS, "\\Noinferiors" },
		{ ROOST_MAILBOX_MARKED, "\\Marked" },
		{ ROOST_MAILBOX_UNMARKED, "\\Unmarked" },
		{ ROOST_MAILBOX_ALL, "\\All" },
		{ ROOST_MAILBOX_ARCHIVE, "\\Archive" },
		{ ROOST_MAILBOX_DRAFTS, "\\Drafts" },
		{ ROOST_MAILBOX_FLAGGED, "\\Flagged" },
		{ ROOST_MAILBOX_JUNK, "\\Junk" },
		{ ROOST_MAILBOX_SENT, "\\Sent" },
		{ ROOST_MAILBOX_TRASH, "\\Trash" },
		{ ROOST_MAILBOX_IMPORTANT, "\\Important" },
	};
	const char *separator = "";

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if ((entry->attributes & names[i].attribute) != 0) {
			write_attribute(buf, &separator, names[i].name);
		}
	}
	/* What is subscribed says nothing about which children there are. */
	if (!listing->subscriptions) {
		write_attribute(
			buf, &separator, entry->has_children ? "\\HasChildren" : "\\HasNoChildren");
	}
}

static void write_delimiter(struct buf *buf, char delimiter)
{
	if (delimiter == '\0') {
		buf_string(buf, "NIL");
	} else {
		string_write(buf, (struct roost_text) { &delimiter, 1 });
	}
}

static void tell_entry(
	struct roost_conn *conn, const struct listing *listing, const struct entry *entry)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, listing->subscriptions ? "* LSUB (" : "* LIST (");
	write_attributes(buf, listing, entry);
	buf_string(buf, ") ");
	write_delimiter(buf, listing->delimiter);
	buf_char(buf, ' ');
	mailbox_name_write(buf, entry->name);
	buf_string(buf, "\r\n");
}

/* An empty pattern asks for the delimiter. */
static enum step tell_delimiter(struct roost_conn *conn)
{
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* LIST (\\Noselect) ");
	write_delimiter(buf, conn->user->delimiter);
	buf_string(buf, " \"\"\r\n");
	return reply_ok(conn, NULL, "Delimiter listed");
}

static int join_pattern(struct roost_conn *conn, const char **pattern_out)
{
	const char *reference = conn->command.list.reference;
	const char *pattern = conn->command.list.pattern;
	size_t n = strlen(reference);
	char *joined = roost_call_alloc(conn->call, n + strlen(pattern) + 1);

	if (joined == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(joined, reference, n);
	memcpy(joined + n, pattern, strlen(pattern) + 1);
	*pattern_out = joined;
	return 0;
}

static int begin(struct roost_conn *conn)
{
	struct listing *listing = roost_call_alloc(conn->call, sizeof(*listing));
	struct roost_list_options options = { .size = sizeof(options) };

	if (listing == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	conn->task = listing;
	conn->task_free = listing_free;
	listing->conn = conn;
	listing->subscriptions = conn->command.kind == COMMAND_LSUB;
	listing->delimiter = conn->user->delimiter;
	options.subscribed_only = listing->subscriptions;
	int r = join_pattern(conn, &listing->pattern);
	if (r == 0) {
		r = user_list_mailboxes(conn->user, conn->call, &options, take_mailbox, listing);
	}
	if (r == 0) {
		r = note_parents(listing);
	}
	return r < 0 ? r : sort(listing);
}

enum step cmd_list(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		if (conn->command.kind == COMMAND_LIST && conn->command.list.pattern[0] == '\0') {
			return tell_delimiter(conn);
		}
		int r = begin(conn);
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	struct listing *listing = conn->task;
	while (listing->next < listing->count) {
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		tell_entry(conn, listing, listing->sorted[listing->next++]);
	}
	return reply_ok(conn, NULL, "Mailboxes listed");
}
