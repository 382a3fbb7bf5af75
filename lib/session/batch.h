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

/* Keep of a command's messages the newest, as many as it may work on, and tell a response code about the rest:
 * "MESSAGELIMIT 1000 23221", in the memory of the command; NULL when there is none. RFC 9738. ROOST_ERR_NO_MEMORY. */
int batch_limit(struct roost_conn *conn, struct roost_uidset *uids, const char **code_out);
/* The same for a command that does all or nothing: the code when it is too much, with `stores` also for what is stored. */
const char *batch_refuse(struct roost_conn *conn, uint64_t messages, bool stores);
/* Say of a command that has another response code for its tagged response that it was limited. */
void batch_tell_limit(struct roost_conn *conn, const char *code);

/* The reply when view_resolve() failed. */
enum step batch_reply_unresolved(struct roost_conn *conn, int error);

#endif
