/* fetch.h - what is told of a message: FETCH responses, for FETCH and for whoever else tells of messages. RFC 3501
 * section 7.4.2. */
#ifndef SESSION_FETCH_H
#define SESSION_FETCH_H

#include "session/session.h"

/* What is to be told of each message. Set up by fetch_plan(). */
struct fetch {
	struct roost_conn *conn;
	const struct fetch_item *items;
	struct roost_call *scratch; /* memory for one message at a time; the caller's */
	unsigned fields; /* ROOST_MESSAGE_… bits that the items need */
	bool wants_outline;
	bool wants_flags; /* the client asked for them */
	bool wants_uid;
	bool wants_modseq;
	struct roost_uidset marked; /* that this command gave \Seen: their flags are told too */
	bool damaged; /* something could not be read, and was told as NIL */
};

/* What the items need. `fetch` is zeroed. */
void fetch_plan(struct fetch *fetch, struct roost_conn *conn, const struct fetch_item *items);
void fetch_clear(struct fetch *fetch);
/* Tell of one message, which the client has under this sequence number. ROOST_ERR_NO_MEMORY. */
int fetch_tell(struct fetch *fetch, uint32_t sequence, const struct roost_message *message);

/* Begin a response about a message: "* 7 FETCH (", or "* 12 UIDFETCH (" for clients without sequence numbers (RFC
 * 9586), and the UID, if it is wanted. Returns what stands before the next item. */
const char *fetch_begin(struct roost_conn *conn, uint32_t sequence, uint32_t uid, bool wants_uid);

#endif
