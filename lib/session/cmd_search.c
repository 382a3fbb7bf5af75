/* cmd_search.c - SEARCH and UID SEARCH. RFC 3501 section 6.4.4, RFC 7162 section 3.1.5. */
#include "base/text.h"
#include "mime/charset.h"
#include "session/session.h"

/* A UID set that a key of the search refers to. */
struct owned_set {
	struct roost_uidset uids;
	struct owned_set *next;
};

struct searching {
	struct owned_set *sets;
	size_t sets_size; /* octets */
	struct roost_uidset found;
	struct roost_uidset_iter iter;
	bool begun; /* the response is being written */
	bool tells_modseq; /* a key asked for it: RFC 7162 section 3.1.6 */
	uint64_t modseq; /* the highest of those found */
};

static void searching_free(void *task)
{
	struct searching *searching = task;

	for (struct owned_set *set = searching->sets; set != NULL; set = set->next) {
		roost_uidset_clear(&set->uids);
	}
	roost_uidset_clear(&searching->found);
}

static int resolve_set(
	struct roost_conn *conn, const struct search_key *key, const struct roost_uidset **uids_out)
{
	struct searching *searching = conn->task;
	struct owned_set *owned = roost_call_alloc(conn->call, sizeof(*owned));

	if (owned == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	owned->next = searching->sets;
	searching->sets = owned;
	*uids_out = &owned->uids;
	int r = view_resolve(conn->view, &key->set, key->kind == SEARCH_UID, true, &owned->uids);
	/* Each of many keys may name all of a mailbox with many gaps. */
	searching->sets_size += owned->uids.capacity * sizeof(owned->uids.ranges[0]);
	if (r == 0 && searching->sets_size > conn->limits.command_memory) {
		r = roost_call_fail(
			conn->call, ROOST_ERR_LIMIT, "The search names too many messages");
	}
	return r;
}

/* The text of a key in UTF-8. What comes without a charset is taken for UTF-8 too. */
static int convert_text(struct roost_conn *conn, struct roost_text text, const char **utf8_out)
{
	struct roost_text charset = conn->command.search.charset;
	struct buf utf8;
	int r = 0;

	buf_init(&utf8, conn->limits.line * 4 + conn->limits.literal * 4);
	if (charset.bytes == NULL) {
		charset_to_utf8(TEXT("UTF-8"), text, &utf8);
	} else if (!charset_to_utf8_strict(charset, text, &utf8)) {
		r = ROOST_ERR_UNKNOWN_CHARSET;
	}
	if (r == 0) {
		*utf8_out =
			utf8.failed ? NULL : roost_call_strndup(conn->call, utf8.data, utf8.size);
		r = *utf8_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	buf_free(&utf8);
	return r;
}

static enum roost_search_key key_of(enum search_key_kind kind)
{
	static const enum roost_search_key keys[] = {
		[SEARCH_ALL] = ROOST_SEARCH_ALL,
		[SEARCH_AND] = ROOST_SEARCH_AND,
		[SEARCH_OR] = ROOST_SEARCH_OR,
		[SEARCH_NOT] = ROOST_SEARCH_NOT,
		[SEARCH_SEQUENCE] = ROOST_SEARCH_UIDS,
		[SEARCH_UID] = ROOST_SEARCH_UIDS,
		[SEARCH_RECENT] = ROOST_SEARCH_UIDS,
		[SEARCH_FLAG] = ROOST_SEARCH_FLAG,
		[SEARCH_KEYWORD] = ROOST_SEARCH_KEYWORD,
		[SEARCH_HEADER] = ROOST_SEARCH_HEADER,
		[SEARCH_BODY] = ROOST_SEARCH_BODY,
		[SEARCH_TEXT] = ROOST_SEARCH_TEXT,
		[SEARCH_BEFORE] = ROOST_SEARCH_BEFORE,
		[SEARCH_ON] = ROOST_SEARCH_ON,
		[SEARCH_SINCE] = ROOST_SEARCH_SINCE,
		[SEARCH_SENT_BEFORE] = ROOST_SEARCH_SENT_BEFORE,
		[SEARCH_SENT_ON] = ROOST_SEARCH_SENT_ON,
		[SEARCH_SENT_SINCE] = ROOST_SEARCH_SENT_SINCE,
		[SEARCH_LARGER] = ROOST_SEARCH_LARGER,
		[SEARCH_SMALLER] = ROOST_SEARCH_SMALLER,
		[SEARCH_MODSEQ] = ROOST_SEARCH_MODSEQ,
	};

	return keys[kind];
}

static int convert_words(
	struct roost_conn *conn, const struct search_key *key, struct roost_search *search)
{
	int r = 0;

	if (key->header.bytes != NULL) {
		search->header =
			roost_call_strndup(conn->call, key->header.bytes, key->header.size);
		r = search->header == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	if (r == 0 && key->text.bytes != NULL) {
		r = convert_text(conn, key->text, &search->text);
	}
	return r;
}

/* The client's key in the terms of backends. The grammar has capped the depth. */
static int convert(struct roost_conn *conn, const struct search_key *key,
	const struct roost_search **search_out)
{
	struct roost_search *search = roost_call_alloc(conn->call, sizeof(*search));
	const struct roost_search **child = NULL;
	int r = 0;

	if (search == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*search = (struct roost_search) {
		.size = sizeof(*search),
		.key = key_of(key->kind),
		.system_flag = key->system_flag,
		.day = key->day,
		.number = key->number,
	};
	*search_out = search;
	if (key->kind == SEARCH_RECENT) {
		search->uids = &conn->view->recent;
	} else if (key->kind == SEARCH_SEQUENCE || key->kind == SEARCH_UID) {
		r = resolve_set(conn, key, &search->uids);
	} else {
		r = convert_words(conn, key, search);
	}
	child = &search->children;
	for (const struct search_key *k = key->children; r == 0 && k != NULL; k = k->next) {
		r = convert(conn, k, child);
		if (r == 0) {
			child = (const struct roost_search **)&((struct roost_search *)*child)
					->next;
		}
	}
	return r;
}

/* The grammar has capped the depth. */
static bool asks_modseq(const struct search_key *key)
{
	bool asks = key->kind == SEARCH_MODSEQ;

	for (const struct search_key *k = key->children; !asks && k != NULL; k = k->next) {
		asks = asks_modseq(k);
	}
	return asks;
}

static int note_modseq(void *context, const struct roost_message *message)
{
	uint64_t *highest = context;

	*highest = message->modseq > *highest ? message->modseq : *highest;
	return 0;
}

static int find_modseq(struct roost_conn *conn, struct searching *searching)
{
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_MODSEQ };

	return mailbox_list_messages(conn->view->mailbox, conn->call, &searching->found, &options,
		note_modseq, &searching->modseq);
}

static int find(struct roost_conn *conn)
{
	struct searching *searching = roost_call_alloc(conn->call, sizeof(*searching));
	const struct roost_search *search;

	if (searching == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	conn->task = searching;
	conn->task_free = searching_free;
	int r = convert(conn, conn->command.search.key, &search);
	if (r < 0) {
		return r;
	}
	r = mailbox_search_messages(
		conn->view->mailbox, conn->call, search, &conn->view->uids, &searching->found);
	searching->tells_modseq = asks_modseq(conn->command.search.key);
	return r == 0 && searching->tells_modseq ? find_modseq(conn, searching) : r;
}

/* A part of the one line that the answer is. */
static enum step tell(struct roost_conn *conn, struct searching *searching)
{
	uint32_t uid;

	if (!searching->begun) {
		buf_string(conn_buf(conn), "* SEARCH");
		searching->begun = true;
	}
	while (roost_uidset_next(&searching->found, &searching->iter, &uid)) {
		uint32_t number = conn->command.uid ? uid : view_sequence(conn->view, uid);
		if (number == 0) {
			continue;
		}
		struct buf *buf = conn_buf(conn);
		buf_char(buf, ' ');
		buf_number(buf, number);
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
	}
	struct buf *buf = conn_buf(conn);
	if (searching->tells_modseq && searching->modseq != 0) {
		buf_string(buf, " (MODSEQ ");
		buf_number(buf, searching->modseq);
		buf_char(buf, ')');
	}
	buf_string(buf, "\r\n");
	return reply_ok(conn, NULL, "Search done");
}

enum step cmd_search(struct roost_conn *conn, struct roost_text line)
{
	struct roost_text charset = conn->command.search.charset;

	(void)line;
	if (conn->task == NULL) {
		if (charset.bytes != NULL && !charset_is_known(charset)) {
			return reply_no(
				conn, "BADCHARSET (US-ASCII UTF-8)", "That charset is not known");
		}
		if (asks_modseq(conn->command.search.key)) {
			if (conn->view->modseq == 0) {
				return reply_bad(conn, "This mailbox has no mod-sequences");
			}
			conn_use_modseq(conn);
		}
		int r = find(conn);
		if (r == ROOST_ERR_UNKNOWN_CHARSET) {
			return reply_bad(conn, "The text is not in the charset that was named");
		}
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	return tell(conn, conn->task);
}
