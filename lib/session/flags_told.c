/* flags_told.c - the keywords that the client knows of. RFC 3501 section 7.2.6.
 *
 * A client learns at SELECT which flags there are. When a message shows a keyword that came up later, the
 * list is told again, before the message. */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "grammar/flag.h"
#include "session/fetch.h"

#define MAX_KEYWORDS 4096 /* remembered; a mailbox with more has the others not announced */

struct keyword_list {
	char **names;
	size_t count;
	size_t capacity;
	unsigned permanent_system;
	bool permanent_keywords;
	bool new_keywords;
};

void flags_forget(struct roost_conn *conn)
{
	if (conn->keywords == NULL) {
		return;
	}
	for (size_t i = 0; i < conn->keywords->count; i++) {
		free(conn->keywords->names[i]);
	}
	free(conn->keywords->names);
	free(conn->keywords);
	conn->keywords = NULL;
}

static bool knows(const struct keyword_list *list, const char *keyword)
{
	for (size_t i = 0; i < list->count; i++) {
		if (ascii_compare_nocase(list->names[i], keyword) == 0) {
			return true;
		}
	}
	return false;
}

static int remember(struct keyword_list *list, const char *keyword)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 8 : list->capacity * 2;
		char **names = realloc(list->names, capacity * sizeof(*names));
		if (names == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		list->names = names;
		list->capacity = capacity;
	}
	char *name = strdup(keyword);
	if (name == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	list->names[list->count++] = name;
	return 0;
}

static int remember_all(struct keyword_list *list, const struct roost_flags *flags, bool *new_out)
{
	for (size_t i = 0; i < flags->keyword_count && list->count < MAX_KEYWORDS; i++) {
		if (!knows(list, flags->keywords[i])) {
			int r = remember(list, flags->keywords[i]);
			if (r < 0) {
				return r;
			}
			*new_out = true;
		}
	}
	return 0;
}

static void write_list(
	struct buf *buf, const struct keyword_list *list, unsigned system, bool keywords, bool star)
{
	const char *separator = "";

	buf_char(buf, '(');
	for (unsigned flag = 1; flag <= ROOST_FLAG_DRAFT; flag <<= 1) {
		if ((system & flag) != 0) {
			buf_string(buf, separator);
			buf_string(buf, roost_flag_name((enum roost_system_flag)flag));
			separator = " ";
		}
	}
	for (size_t i = 0; keywords && i < list->count; i++) {
		buf_string(buf, separator);
		buf_string(buf, list->names[i]);
		separator = " ";
	}
	if (star) {
		buf_string(buf, separator);
		buf_string(buf, "\\*");
	}
	buf_char(buf, ')');
}

static void tell(struct roost_conn *conn)
{
	const struct keyword_list *list = conn->keywords;
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* FLAGS ");
	write_list(buf, list, ROOST_FLAGS_ALL_SYSTEM, true, false);
	buf_string(buf, "\r\n* OK [PERMANENTFLAGS ");
	write_list(buf, list, list->permanent_system, list->permanent_keywords, list->new_keywords);
	buf_string(buf, "] Flags that can be changed for good\r\n");
}

int flags_tell_all(struct roost_conn *conn, const struct roost_snapshot *snapshot)
{
	bool changeable = !conn->view->read_only;
	bool new = false;

	flags_forget(conn);
	struct keyword_list *list = calloc(1, sizeof(*list));
	if (list == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	conn->keywords = list;
	list->permanent_system = changeable ? snapshot->permanent_system : 0;
	list->permanent_keywords = changeable && snapshot->permanent_keywords;
	list->new_keywords = changeable && snapshot->new_keywords;
	int r = remember_all(list, &snapshot->flags, &new);
	tell(conn);
	return r;
}

int flags_tell_new(struct roost_conn *conn, const struct roost_flags *flags)
{
	bool new = false;

	if (flags->keyword_count == 0 || conn->keywords == NULL) {
		return 0;
	}
	int r = remember_all(conn->keywords, flags, &new);
	if (new) {
		tell(conn);
	}
	return r;
}

unsigned flags_fields(const struct roost_conn *conn)
{
	return ROOST_MESSAGE_FLAGS | (conn_shows_modseq(conn) ? ROOST_MESSAGE_MODSEQ : 0);
}

int flags_tell_message(
	struct roost_conn *conn, const struct roost_message *message, bool uid, bool silent)
{
	bool modseq = conn_shows_modseq(conn);

	if (silent && !modseq && message->flags.keyword_count == 0) {
		return 0; /* of thousands there is not even a number to look for */
	}
	uint32_t sequence = view_sequence(conn->view, message->uid);
	if (sequence == 0) {
		return 0;
	}
	int r = flags_tell_new(conn, &message->flags);
	if (r < 0 || (silent && !modseq)) {
		return r;
	}
	const char *separator = fetch_begin(conn, sequence, message->uid, uid || modseq);
	struct buf *buf = conn_buf(conn);
	if (!silent) {
		buf_string(buf, separator);
		buf_string(buf, "FLAGS ");
		flags_write(buf, &message->flags,
			conn_tells_recent(conn) &&
				roost_uidset_contains(&conn->view->recent, message->uid));
		separator = " ";
	}
	if (modseq) {
		buf_string(buf, separator);
		buf_string(buf, "MODSEQ (");
		buf_number(buf, message->modseq);
		buf_char(buf, ')');
	}
	buf_string(buf, ")\r\n");
	return 0;
}
