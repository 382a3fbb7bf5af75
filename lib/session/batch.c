/* batch.c - working through a set of messages a part at a time. */
#include "session/batch.h"

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

enum step batch_reply_unresolved(struct roost_conn *conn, int error)
{
	return error == ROOST_ERR_INVALID
		       ? reply_bad(conn, "There is no message of that sequence number")
		       : reply_error(conn, error);
}
