/* records.h - what SORT and THREAD go by of each message, as octets: kept from last time (backend/memo.h), or worked out
 * of the message now. */
#ifndef SESSION_RECORDS_H
#define SESSION_RECORDS_H

#include "session/session.h"

/* Kinds that one command goes by. */
#define RECORDS_MAX 10u

struct records {
	size_t count;
	struct roost_text kinds
		[RECORDS_MAX]; /* names, each for records that are worked out in the same way */
	unsigned fields; /* ROOST_MESSAGE_… bits that a message needs */
	/* Add a record to an empty buffer. `outline` may be NULL. */
	void (*write)(void *context, size_t kind, const struct roost_message *message,
		const struct roost_outline *outline, struct buf *record);
	/* Take the records of a message, of each kind one, which live for the call only. 0, or a negative error. */
	int (*take)(void *context, uint32_t uid, const struct roost_text *records);
	void *context;
};

/* Take the records of the messages in the order of their UIDs, but for messages that are gone. `lasting_out`, which may be NULL, says
 * whether none is, and all records are those that the messages will always have: what is worked out of them can be kept.
 * Errors of `take` and of listing messages. */
int records_gather(struct roost_conn *conn, const struct records *records,
	const struct roost_uidset *uids, bool *lasting_out);

#endif
