/* listing.c - which mailboxes LIST and LSUB tell of. */
#include "session/listing.h"

#include <stdlib.h>
#include <string.h>

#include "grammar/list_pattern.h"

void listing_clear(struct listing *listing)
{
	map_free(&listing->names);
}

static struct listed *add(struct listing *listing, const char *name, size_t n)
{
	struct listed *listed = map_get(&listing->names, name, n);

	if (listed != NULL) {
		return listed;
	}
	listed = roost_call_alloc(listing->conn->call, sizeof(*listed));
	char *copy = roost_call_strndup(listing->conn->call, name, n);
	if (listed == NULL || copy == NULL || map_set(&listing->names, name, n, listed) < 0) {
		return NULL;
	}
	listed->name = copy;
	listed->next = listing->all;
	listing->all = listed;
	listing->count++;
	return listed;
}

static int take_mailbox(void *context, const struct roost_mailbox_info *info)
{
	struct listing *listing = context;
	struct listed *listed = add(listing, info->name, strlen(info->name));

	if (listed == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	listed->attributes = info->attributes;
	listed->exists = (info->attributes & ROOST_MAILBOX_NONEXISTENT) == 0;
	return 0;
}

static int take_subscribed(void *context, const struct roost_mailbox_info *info)
{
	struct listing *listing = context;
	struct listed *listed = add(listing, info->name, strlen(info->name));

	if (listed == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	listed->subscribed = true;
	if (!listed->exists) {
		listed->attributes |= info->attributes;
	}
	return 0;
}

static bool is_lsub(const struct listing *listing)
{
	return listing->command->kind == COMMAND_LSUB;
}

static bool needs_subscriptions(const struct listing *listing)
{
	const struct command *command = listing->command;

	return is_lsub(listing) || (command->list.select & LIST_SELECT_SUBSCRIBED) != 0 ||
	       (command->list.wanted & LIST_RETURN_SUBSCRIBED) != 0;
}

static int gather(struct listing *listing)
{
	struct roost_conn *conn = listing->conn;
	struct roost_list_options options = { .size = sizeof(options) };
	int r = 0;

	if (!is_lsub(listing)) {
		r = user_list_mailboxes(conn->user, conn->call, &options, take_mailbox, listing);
	}
	if (r == 0 && needs_subscriptions(listing)) {
		options.subscribed_only = true;
		r = user_list_mailboxes(conn->user, conn->call, &options, take_subscribed, listing);
	}
	return r;
}

/* The name of `n` bytes above another one, which may be no mailbox itself. */
static struct listed *add_parent(struct listing *listing, const char *name, size_t n)
{
	struct listed *parent = add(listing, name, n);

	if (parent != NULL && !parent->exists && !parent->subscribed) {
		parent->attributes |= ROOST_MAILBOX_NOSELECT;
	}
	return parent;
}

/* Go from a mailbox up to the names above it, until one that is known to have children: then those above that one are
 * known, too. */
static int note_parents_of(struct listing *listing, const struct listed *listed)
{
	const char *name = listed->name;
	const char *end = memrchr(name, listing->delimiter, strlen(name));
	bool counts = listed->exists || is_lsub(listing);

	for (; end != NULL; end = memrchr(name, listing->delimiter, (size_t)(end - name))) {
		struct listed *parent = add_parent(listing, name, (size_t)(end - name));
		if (parent == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		if (parent->has_children) {
			break;
		}
		parent->has_children = counts;
	}
	return 0;
}

/* Every name is a child of each name above it; those that are no mailboxes themselves are added. */
static int note_parents(struct listing *listing)
{
	int r = 0;

	if (listing->delimiter == '\0') {
		return 0;
	}
	/* What is added on the way stands before the one that is looked at: nothing is above it but what is above that
	 * one. */
	for (struct listed *listed = listing->all; r == 0 && listed != NULL;
		listed = listed->next) {
		r = note_parents_of(listing, listed);
	}
	return r;
}

static bool matches(const struct listing *listing, const struct listed *listed)
{
	const struct command *command = listing->command;

	for (size_t i = 0; i < command->list.pattern_count; i++) {
		/* An empty pattern asks for nothing in an extended LIST: RFC 5258 section 3. */
		if (command->list.patterns[i][0] != '\0' &&
			list_pattern_matches(
				listing->patterns[i], listed->name, listing->delimiter)) {
			return true;
		}
	}
	return false;
}

static bool meets(const struct listing *listing, const struct listed *listed)
{
	unsigned select = listing->command->list.select;

	if (is_lsub(listing)) {
		/* A name above a subscribed one only for a pattern that cannot reach that: RFC 3501 section 6.3.9. */
		return listed->subscribed || strchr(listing->patterns[0], '%') != NULL;
	}
	if ((select & LIST_SELECT_SUBSCRIBED) != 0 && !listed->subscribed) {
		return false;
	}
	if ((select & LIST_SELECT_SPECIAL_USE) != 0 &&
		(listed->attributes & ROOST_MAILBOX_SPECIAL_USES) == 0) {
		return false;
	}
	/* Without a condition, what exists, and what is above that. */
	return (select & LIST_SELECT_SUBSCRIBED) != 0 || listed->exists || listed->has_children;
}

/* Note a name that is selected with all those above it. */
static void note_selected(struct listing *listing, const struct listed *listed, bool matched)
{
	const char *name = listed->name;
	const char *end = memrchr(name, listing->delimiter, strlen(name));

	for (; end != NULL; end = memrchr(name, listing->delimiter, (size_t)(end - name))) {
		struct listed *parent = map_get(&listing->names, name, (size_t)(end - name));
		if (parent->selected_below && (matched || parent->selected_unseen)) {
			break;
		}
		parent->selected_below = true;
		parent->selected_unseen = parent->selected_unseen || !matched;
	}
}

static int compare(const void *a, const void *b)
{
	const char *x = (*(struct listed *const *)a)->name;
	const char *y = (*(struct listed *const *)b)->name;
	bool x_inbox = strcmp(x, "INBOX") == 0;
	bool y_inbox = strcmp(y, "INBOX") == 0;

	return x_inbox != y_inbox ? y_inbox - x_inbox : strcmp(x, y);
}

/* Which of all are told: RFC 5258 section 3.3. */
static int select_listed(struct listing *listing)
{
	bool recursive = (listing->command->list.select & LIST_SELECT_RECURSIVEMATCH) != 0;
	size_t count = 0;

	listing->sorted = roost_call_alloc(
		listing->conn->call, (listing->count + 1) * sizeof(struct listed *));
	if (listing->sorted == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (struct listed *listed = listing->all; listed != NULL; listed = listed->next) {
		if (roost_call_cancelled(listing->conn->call)) {
			return ROOST_ERR_CANCELLED;
		}
		listed->selected = meets(listing, listed);
		if (recursive && listed->selected && listing->delimiter != '\0') {
			note_selected(listing, listed, matches(listing, listed));
		}
	}
	for (struct listed *listed = listing->all; listed != NULL; listed = listed->next) {
		if ((listed->selected || listed->selected_unseen) && matches(listing, listed)) {
			listing->sorted[count++] = listed;
		}
	}
	listing->count = count;
	qsort(listing->sorted, count, sizeof(listing->sorted[0]), compare);
	return 0;
}

static int join_patterns(struct listing *listing)
{
	const struct command *command = listing->command;
	const char *reference = command->list.reference;
	size_t n = strlen(reference);

	listing->patterns = roost_call_alloc(
		listing->conn->call, command->list.pattern_count * sizeof(*listing->patterns));
	if (listing->patterns == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < command->list.pattern_count; i++) {
		const char *pattern = command->list.patterns[i];
		char *joined = roost_call_alloc(listing->conn->call, n + strlen(pattern) + 1);
		if (joined == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		memcpy(joined, reference, n);
		memcpy(joined + n, pattern, strlen(pattern) + 1);
		listing->patterns[i] = joined;
	}
	return 0;
}

struct listed *listing_find(const struct listing *listing, const char *name)
{
	return map_get(&listing->names, name, strlen(name));
}

int listing_make(struct listing *listing, struct roost_conn *conn, const struct command *command)
{
	listing->conn = conn;
	listing->command = command;
	listing->delimiter = conn->user->delimiter;
	int r = join_patterns(listing);
	if (r == 0) {
		r = gather(listing);
	}
	if (r == 0) {
		r = note_parents(listing);
	}
	return r < 0 ? r : select_listed(listing);
}
