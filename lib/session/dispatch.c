/* dispatch.c - which command is run by what, when it is allowed, and whether it may block. */
#include "session/context.h"
#include "session/notify.h"
#include "session/query.h"
#include "session/session.h"

enum blocking {
	NEVER, /* needs no backend */
	READS, /* only reads: blocks unless the backend says that its reads never do */
	TRIES, /* as READS; and calls ops that can be tried, and begins anew when one would block */
	SEEKS, /* may block; and is tried where it is a search that may be quick */
	WORKS, /* may block, or take long */
};

#define ANY_STATE (STATE_NOT_AUTHENTICATED | STATE_AUTHENTICATED | STATE_SELECTED)
#define SIGNED_IN (STATE_AUTHENTICATED | STATE_SELECTED)

struct rule {
	command_fn *run;
	unsigned states; /* in which it is allowed */
	enum blocking blocking;
	enum holding holds; /* without UID */
};

static const struct rule rules[COMMAND_KINDS] = {
	[COMMAND_CAPABILITY] = { cmd_capability, ANY_STATE, NEVER, HOLDS_NOTHING },
	[COMMAND_NOOP] = { cmd_noop, ANY_STATE, TRIES, HOLDS_NOTHING },
	[COMMAND_LOGOUT] = { cmd_logout, ANY_STATE, NEVER, HOLDS_NOTHING },
	[COMMAND_ID] = { cmd_id, ANY_STATE, NEVER, HOLDS_NOTHING },
	[COMMAND_LANGUAGE] = { cmd_language, ANY_STATE, NEVER, HOLDS_NOTHING },
	[COMMAND_STARTTLS] = { cmd_starttls, STATE_NOT_AUTHENTICATED, NEVER, HOLDS_NOTHING },
	[COMMAND_AUTHENTICATE] = { cmd_authenticate, STATE_NOT_AUTHENTICATED, WORKS,
		HOLDS_NOTHING },
	[COMMAND_LOGIN] = { cmd_login, STATE_NOT_AUTHENTICATED, WORKS, HOLDS_NOTHING },
	[COMMAND_UNAUTHENTICATE] = { cmd_unauthenticate, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_COMPRESS] = { cmd_compress, SIGNED_IN, NEVER, HOLDS_NOTHING },
	[COMMAND_ENABLE] = { cmd_enable, SIGNED_IN, NEVER, HOLDS_NOTHING },
	[COMMAND_SELECT] = { cmd_select, SIGNED_IN, READS, HOLDS_NEWS },
	[COMMAND_EXAMINE] = { cmd_select, SIGNED_IN, READS, HOLDS_NEWS },
	[COMMAND_CREATE] = { cmd_create, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_DELETE] = { cmd_delete, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_RENAME] = { cmd_rename, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_SUBSCRIBE] = { cmd_subscribe, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_UNSUBSCRIBE] = { cmd_subscribe, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_LIST] = { cmd_list, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_LSUB] = { cmd_list, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_NAMESPACE] = { cmd_namespace, SIGNED_IN, NEVER, HOLDS_NOTHING },
	[COMMAND_STATUS] = { cmd_status, SIGNED_IN, READS, HOLDS_NOTHING },
	[COMMAND_APPEND] = { cmd_append, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_IDLE] = { cmd_idle, SIGNED_IN, NEVER, HOLDS_NOTHING },
	[COMMAND_COMPARATOR] = { cmd_comparator, SIGNED_IN, NEVER, HOLDS_NOTHING },
	[COMMAND_NOTIFY] = { cmd_notify, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_CHECK] = { cmd_check, STATE_SELECTED, WORKS, HOLDS_NOTHING },
	[COMMAND_CLOSE] = { cmd_close, STATE_SELECTED, WORKS, HOLDS_NOTHING },
	[COMMAND_UNSELECT] = { cmd_unselect, STATE_SELECTED, READS, HOLDS_NOTHING },
	[COMMAND_EXPUNGE] = { cmd_expunge, STATE_SELECTED, WORKS, HOLDS_NOTHING },
	[COMMAND_UIDBATCHES] = { cmd_uid_batches, STATE_SELECTED, NEVER, HOLDS_NOTHING },
	[COMMAND_ESEARCH] = { cmd_esearch, SIGNED_IN, WORKS, HOLDS_NOTHING },
	[COMMAND_SEARCH] = { cmd_search, STATE_SELECTED, SEEKS, HOLDS_EXPUNGES },
	[COMMAND_CANCELUPDATE] = { cmd_cancel_update, STATE_SELECTED, NEVER, HOLDS_NOTHING },
	[COMMAND_SORT] = { cmd_sort, STATE_SELECTED, WORKS, HOLDS_EXPUNGES },
	[COMMAND_THREAD] = { cmd_thread, STATE_SELECTED, WORKS, HOLDS_EXPUNGES },
	[COMMAND_FETCH] = { cmd_fetch, STATE_SELECTED, TRIES, HOLDS_EXPUNGES },
	[COMMAND_STORE] = { cmd_store, STATE_SELECTED, WORKS, HOLDS_EXPUNGES },
	[COMMAND_COPY] = { cmd_copy, STATE_SELECTED, WORKS, HOLDS_NOTHING },
	[COMMAND_MOVE] = { cmd_move, STATE_SELECTED, WORKS, HOLDS_NOTHING },
	[COMMAND_REPLACE] = { cmd_replace, STATE_SELECTED, WORKS, HOLDS_NOTHING },
};

/* Whether the command says or asks for sequence numbers. RFC 9586 section 3. */
static bool uses_numbers(const struct command *command)
{
	switch (command->kind) {
	case COMMAND_FETCH:
	case COMMAND_STORE:
	case COMMAND_COPY:
	case COMMAND_MOVE:
	case COMMAND_REPLACE:
		return !command->uid;
	case COMMAND_SEARCH:
	case COMMAND_ESEARCH:
	case COMMAND_SORT:
	case COMMAND_THREAD:
		return !command->uid || search_key_has(command->search.key, SEARCH_SEQUENCE);
	default:
		return false;
	}
}

const char *dispatch_refusal(
	const struct roost_conn *conn, const struct command *command, const char **code_out)
{
	const struct rule *rule = &rules[command->kind];

	if (rule->run == NULL ||
		(command->kind == COMMAND_UNAUTHENTICATE && !conn->can_unauthenticate)) {
		return "Unknown command";
	}
	if ((rule->states & conn->state) != 0) {
		if (conn_has_enabled(conn, ENABLED_UIDONLY) && uses_numbers(command)) {
			*code_out = "UIDREQUIRED";
			return "There are no sequence numbers since UIDONLY was enabled";
		}
		return NULL;
	}
	switch (conn->state) {
	case STATE_NOT_AUTHENTICATED:
		return "Sign in first";
	case STATE_AUTHENTICATED:
		return rule->states == STATE_SELECTED ? "Select a mailbox first"
						      : "You are signed in already";
	case STATE_SELECTED:
		return "You are signed in already";
	}
	return "Not now";
}

enum step dispatch_run(struct roost_conn *conn, struct roost_text line)
{
	if (!conn->names_settled) {
		conn->names_settled = true;
		int r = names_settle(conn);
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	return rules[conn->command.kind].run(conn, line);
}

enum holding dispatch_holds(const struct command *command)
{
	return command->uid ? HOLDS_NOTHING : rules[command->kind].holds;
}

bool dispatch_can_poll(const struct roost_conn *conn)
{
	return conn->view != NULL && ROOST_HAS_OP(conn->view->mailbox->ops, poll);
}

static bool has_feature(const struct roost_conn *conn, enum roost_feature feature)
{
	return (conn->backend->features & (unsigned)feature) != 0;
}

/* A search that is kept up to date is done again for what has changed. */
static bool searches_again(const struct roost_conn *conn)
{
	return conn->contexts != NULL && conn_has_news(conn);
}

bool dispatch_telling_may_block(const struct roost_conn *conn)
{
	if (notify_has_notes(conn) || searches_again(conn)) {
		return true; /* it may be told by looking through all mailboxes, or into messages */
	}
	return !has_feature(conn, ROOST_FEATURE_READS_NEVER_BLOCK) && conn->view != NULL &&
	       conn_has_news(conn);
}

/* Of a command that only reads. */
static bool reading_may_block(const struct roost_conn *conn)
{
	if (conn->command.kind == COMMAND_NOOP) {
		return dispatch_can_poll(conn);
	}
	return !has_feature(conn, ROOST_FEATURE_READS_NEVER_BLOCK);
}

/* What has begun to answer does not begin anew. */
static bool can_be_tried(const struct roost_conn *conn)
{
	return has_feature(conn, ROOST_FEATURE_TRIES) && conn->task == NULL;
}

static bool command_may_block(const struct roost_conn *conn)
{
	if (conn->has_to_wait || cmd_fetch_does_more(conn)) {
		return true;
	}
	switch (rules[conn->command.kind].blocking) {
	case NEVER:
		return false;
	case READS:
		return reading_may_block(conn);
	case TRIES:
		return reading_may_block(conn) && !can_be_tried(conn);
	case SEEKS:
		return !can_be_tried(conn) || !has_feature(conn, ROOST_FEATURE_TRIES_SEARCH) ||
		       !query_may_be_quick(&conn->command);
	case WORKS:
		break;
	}
	return true;
}

bool dispatch_may_block(const struct roost_conn *conn)
{
	bool runs = conn->phase == PHASE_RUNNING;

	return conn->poll_due || (runs && command_may_block(conn)) ||
	       dispatch_telling_may_block(conn);
}

bool dispatch_lets_ops_wait(const struct roost_conn *conn)
{
	return conn->may_wait || !has_feature(conn, ROOST_FEATURE_TRIES);
}
