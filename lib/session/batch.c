/* batch.c - working through a set of messages a part at a time. */
#include "session/batch.h"

#include "base/text.h"

int batch_take(struct roost_uidset *left, uint32_t most, struct roost_uidset *batch_out)
{
	struct roost_uidset batch = ROOST_UIDSET_EMPTY;
	int r = 0;

	for (size_t i = 0; r == 0 && i < left->count && most > 0; i++) {
		const struct roost_uid_range *range = &left->ranges[i];
		uint32_t length = range->last - range->first + 1;
		uint32_t n = length < most ? length : most;
		r = roost_uidset_add_range(&batch, range->first, range->first + (n - 1));
		most -= n;
	}
	if (r == 0 && batch.count > 0) {
		r = roost_uidset_remove_range(left, 1, roost_uidset_last(&batch));
	}
	if (r < 0) {
		roost_uidset_clear(&batch);
		return r;
	}
	*batch_out = batch;
	return 0;
}

int batch_take_partial(const struct roost_uidset *found, const struct partial_range *range,
	struct roost_uidset *part)
{
	uint64_t size = roost_uidset_size(found);
	uint64_t first = range->first, last = range->last < size ? range->last : size;

	if (first > size) {
		return 0;
	}
	if (range->from_end) {
		uint64_t from = size - last + 1;
		last = size - first + 1;
		first = from;
	}
	uint64_t before = 0;
	int r = 0;
	for (size_t i = 0; r == 0 && i < found->count && before < last; i++) {
		const struct roost_uid_range *uids = &found->ranges[i];
		uint64_t length = (uint64_t)uids->last - uids->first + 1;
		uint64_t skip = first > before + 1 ? first - before - 1 : 0;
		uint64_t take = last - before < length ? last - before : length;
		if (skip < take) {
			r = roost_uidset_add_range(part, uids->first + (uint32_t)skip,
				uids->first + (uint32_t)(take - 1));
		}
		before += length;
	}
	return r;
}

/* "MESSAGELIMIT 1000", and the lowest UID worked on, unless that is 0. */
static const char *limit_code(struct roost_conn *conn, unsigned limit, uint32_t lowest)
{
	struct buf buf;

	buf_init(&buf, 64);
	buf_string(&buf, "MESSAGELIMIT ");
	buf_number(&buf, limit);
	if (lowest != 0) {
		buf_char(&buf, ' ');
		buf_number(&buf, lowest);
	}
	const char *text = conn_text(conn, &buf);
	buf_free(&buf);
	return text;
}

int batch_limit(struct roost_conn *conn, struct roost_uidset *uids, const char **code_out)
{
	const struct partial_range newest = { 1, conn->limits.messages, true };
	struct roost_uidset kept = ROOST_UIDSET_EMPTY;

	*code_out = NULL;
	if (newest.last == 0 || roost_uidset_size(uids) <= newest.last) {
		return 0;
	}
	int r = batch_take_partial(uids, &newest, &kept);
	if (r < 0) {
		roost_uidset_clear(&kept);
		return r;
	}
	roost_uidset_clear(uids);
	*uids = kept;
	*code_out = limit_code(conn, newest.last, roost_uidset_first(uids));
	return 0;
}

const char *batch_refuse(struct roost_conn *conn, uint64_t messages, bool stores)
{
	unsigned limit = conn->limits.messages;

	if (stores && conn->limits.saved_messages > 0 &&
		(limit == 0 || conn->limits.saved_messages < limit)) {
		limit = conn->limits.saved_messages;
	}
	return limit > 0 && messages > limit ? limit_code(conn, limit, 0) : NULL;
}

void batch_tell_limit(struct roost_conn *conn, const char *code)
{
	const struct reply reply = { REPLY_OK, code, "Only the newest messages" };

	if (code != NULL) {
		conn_tagged(conn, TEXT_ABSENT, &reply);
	}
}

enum step batch_reply_unresolved(struct roost_conn *conn, int error)
{
	return error == ROOST_ERR_INVALID
		       ? reply_bad(conn, "There is no message of that sequence number")
		       : reply_error(conn, error);
}
