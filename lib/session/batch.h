/* batch.h - working through a set of messages a part at a time. */
#ifndef SESSION_BATCH_H
#define SESSION_BATCH_H

#include "session/session.h"

/* Move the lowest `most` UIDs from `left` to `batch_out`, which is empty. ROOST_ERR_NO_MEMORY. */
int batch_take(struct roost_uidset *left, uint32_t most, struct roost_uidset *batch_out);

/* Add to `part` those of `found` that are in a range, counted from the first or from the last. RFC 9394.
 * ROOST_ERR_NO_MEMORY. */
int batch_take_partial(const struct roost_uidset *found, const struct partial_range *range,
	struct roost_uidset *part);

/* The reply when view_resolve() failed. */
enum step batch_reply_unresolved(struct roost_conn *conn, int error);

#endif
