/* cmd_esearch.c - ESEARCH: searching several mailboxes. RFC 7377. */
#include <string.h>

#include "backend/name.h"
#include "grammar/notify.h"
#include "session/context.h"
#include "session/listing.h"
#include "session/notify.h"

/* Mailboxes of one search. */
#define MAX_MAILBOXES 10000

/* A mailbox that is to be searched. */
struct source {
	const char *mailbox; /* NULL: the selected one */
	struct source *next;
};

struct searching {
	struct source *sources; /* those that are left */
	const char *code; /* of the reply; NULL for none */
};

/* -- which mailboxes */

/* Below, but not further than one level with `one`. */
static bool is_below(const struct roost_conn *conn, const char *mailbox, const char *top, bool one)
{
	char delimiter = conn->user->delimiter;
	size_t n = strlen(top);

	if (delimiter == '\0' || strncmp(mailbox, top, n) != 0 || mailbox[n] != delimiter) {
		return false;
	}
	return !one || strchr(mailbox + n + 1, delimiter) == NULL;
}

static bool is_named(
	const struct roost_conn *conn, const struct notify_group *group, const char *mailbox)
{
	for (const struct notify_name *name = group->names; name != NULL; name = name->next) {
		bool one = group->filter == NOTIFY_SUBTREE_ONE;
		bool deep = group->filter == NOTIFY_SUBTREE || one;
		if (strcmp(mailbox, name->mailbox) == 0 ||
			(deep && is_below(conn, mailbox, name->mailbox, one))) {
			return true;
		}
	}
	return false;
}

static bool is_meant(const struct roost_conn *conn, const struct listed *listed)
{
	const struct notify_group *group = conn->command.search.sources;
	bool meant = false;

	for (; !meant && group != NULL; group = group->next) {
		switch (group->filter) {
		case NOTIFY_INBOXES:
		case NOTIFY_PERSONAL:
			meant = true;
			break;
		case NOTIFY_SUBSCRIBED:
			meant = listed->subscribed;
			break;
		case NOTIFY_SUBTREE:
		case NOTIFY_SUBTREE_ONE:
		case NOTIFY_MAILBOXES:
			meant = is_named(conn, group, listed->name);
			break;
		case NOTIFY_SELECTED:
		case NOTIFY_SELECTED_DELAYED:
			break;
		}
	}
	return meant;
}

static bool means_selected(const struct command *command)
{
	const struct notify_group *group = command->search.sources;
	bool selected = group == NULL;

	for (; !selected && group != NULL; group = group->next) {
		selected = group->filter == NOTIFY_SELECTED;
	}
	return selected;
}

/* Names as backends have them. One that no mailbox can have is left, and finds none. */
static int normalize_names(struct roost_conn *conn)
{
	for (struct notify_group *group = conn->command.search.sources; group != NULL;
		group = group->next) {
		for (struct notify_name *name = group->names; name != NULL; name = name->next) {
			const char *normal = name->mailbox;
			int r = name_normalize_new(conn->user, conn->call, name->mailbox, &normal);
			if (r == ROOST_ERR_NO_MEMORY) {
				return r;
			}
			name->mailbox = r == 0 ? normal : name->mailbox;
		}
	}
	return 0;
}

static int add_source(struct roost_conn *conn, const char *mailbox, struct source ***end)
{
	struct source *source = roost_call_alloc(conn->call, sizeof(*source));

	if (source == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	source->mailbox = mailbox;
	**end = source;
	*end = &source->next;
	return 0;
}

/* Each once, however often it is meant. */
static int add_listed(struct roost_conn *conn, bool selected, struct source ***end)
{
	struct listing listing = { .count = 0 };
	size_t count = 0;
	int r = notify_list(conn, &listing);

	for (size_t i = 0; r == 0 && i < listing.count; i++) {
		const struct listed *listed = listing.sorted[i];
		const char *own = selected ? conn->view->mailbox->name : NULL;
		if (!listed->exists || (listed->attributes & ROOST_MAILBOX_NOSELECT) != 0 ||
			(own != NULL && strcmp(listed->name, own) == 0) ||
			!is_meant(conn, listed)) {
			continue;
		}
		if (count++ == MAX_MAILBOXES) {
			r = roost_call_failf(conn->call, ROOST_ERR_LIMIT,
				"One search is for at most %d mailboxes", MAX_MAILBOXES);
			break;
		}
		const char *name =
			roost_call_strndup(conn->call, listed->name, strlen(listed->name));
		r = name == NULL ? ROOST_ERR_NO_MEMORY : add_source(conn, name, end);
	}
	listing_clear(&listing);
	return r;
}

static int find_sources(struct roost_conn *conn, struct searching *searching)
{
	struct source **end = &searching->sources;
	bool selected = means_selected(&conn->command);
	bool others = false;
	int r = selected ? add_source(conn, NULL, &end) : 0;

	for (const struct notify_group *group = conn->command.search.sources; group != NULL;
		group = group->next) {
		others = others || group->filter != NOTIFY_SELECTED;
	}
	if (r == 0 && others) {
		r = normalize_names(conn);
	}
	return r == 0 && others ? add_listed(conn, selected, &end) : r;
}

/* -- searching one */

/* Search what conn->view shows, and tell what was found there. The reply is set when it is not STEP_AGAIN. */
static enum step search_view(struct roost_conn *conn, const char **code)
{
	const struct search_return *wanted = &conn->command.search.wanted;
	struct query query = { 0 };
	struct esearch answer = {
		.mailbox = conn->view->mailbox->name,
		.uid_validity = conn->view->uid_validity,
		.tells_modseq = search_key_has(conn->command.search.key, SEARCH_MODSEQ),
		.done = "Search done",
	};
	enum step step = query_find(conn, &query, &answer.found);

	*code = query.limit_code != NULL ? query.limit_code : *code;
	if (step == STEP_AGAIN && query_wants_scores(conn)) {
		int r = query_score(conn, &query, &answer.found, &answer.scores);
		step = r < 0 ? reply_error(conn, r) : STEP_AGAIN;
	}
	if (step == STEP_AGAIN) {
		context_keep(conn, &query, &answer);
	}
	if (step == STEP_AGAIN && answer.found.count > 0) {
		do {
			step = esearch_run(conn, &answer);
		} while (step == STEP_AGAIN);
		step = conn->reply.kind == REPLY_OK ? STEP_AGAIN : step;
	} else if (step == STEP_AGAIN && (wanted->items & SEARCH_RETURN_SAVE) != 0) {
		roost_uidset_clear(&conn->view->saved);
	}
	if (step == STEP_AGAIN && answer.found.count == 0 && answer.refusal != NULL) {
		context_refuse(conn, conn->command.tag, answer.refusal);
	}
	query_clear(&query);
	esearch_clear(&answer);
	return step;
}

/* Those that are gone by now, or may not be read, are passed over: RFC 7377 section 5. */
static bool is_passed_over(int error)
{
	return error == ROOST_ERR_NO_SUCH_MAILBOX || error == ROOST_ERR_NO_PERMISSION ||
	       error == ROOST_ERR_CANNOT;
}

static int open_view(struct roost_conn *conn, const char *name, struct view **view_out)
{
	struct roost_open_options options = { .size = sizeof(options), .read_only = true };
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_mailbox *mailbox;
	int r = user_get_mailbox(conn->user, conn->call, name, &options, &mailbox);

	if (r < 0) {
		return r;
	}
	r = view_create(mailbox, conn->call, true, &snapshot, view_out);
	if (r < 0) {
		mailbox_close(mailbox);
	}
	roost_snapshot_clear(&snapshot);
	return r;
}

static enum step search_other(struct roost_conn *conn, const char *name, const char **code)
{
	bool modseq = search_key_has(conn->command.search.key, SEARCH_MODSEQ);
	struct view *selected = conn->view;
	struct view *view;
	int r = open_view(conn, name, &view);

	if (r < 0) {
		return is_passed_over(r) ? STEP_AGAIN : reply_error(conn, r);
	}
	enum step step = STEP_AGAIN;
	if (!modseq || view->modseq != 0) {
		conn->view = view;
		step = search_view(conn, code);
		conn->view = selected;
	}
	view_destroy(view);
	return step;
}

/* -- the command */

static enum step begin(struct roost_conn *conn)
{
	struct searching *searching = roost_call_alloc(conn->call, sizeof(*searching));

	if (conn->view == NULL && means_selected(&conn->command)) {
		return reply_bad(conn, "Select a mailbox first, or say IN (…)");
	}
	if (searching == NULL) {
		return reply_error(conn, ROOST_ERR_NO_MEMORY);
	}
	/* Before other views take the place of the selected one's. */
	if (search_key_has(conn->command.search.key, SEARCH_MODSEQ)) {
		conn_use_modseq(conn);
	}
	int r = find_sources(conn, searching);
	if (r < 0) {
		return reply_error(conn, r);
	}
	conn->task = searching;
	return STEP_AGAIN;
}

enum step cmd_esearch(struct roost_conn *conn, struct roost_text line)
{
	enum step step = conn->task == NULL ? begin(conn) : STEP_AGAIN;
	struct searching *searching = conn->task;

	(void)line;
	while (step == STEP_AGAIN && searching->sources != NULL) {
		struct source *source = searching->sources;
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		searching->sources = source->next;
		step = source->mailbox == NULL
			       ? search_view(conn, &searching->code)
			       : search_other(conn, source->mailbox, &searching->code);
	}
	return step == STEP_AGAIN ? reply_ok(conn, searching->code, "Search done") : step;
}
