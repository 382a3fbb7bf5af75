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

enum step batch_reply_unresolved(struct roost_conn *conn, int error)
{
	return error == ROOST_ERR_INVALID
		       ? reply_bad(conn, "There is no message of that sequence number")
		       : reply_error(conn, error);
}
