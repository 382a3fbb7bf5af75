/* fetch.h - what is told of a message: FETCH responses, for FETCH and for whoever else tells of messages. RFC 3501
 * section 7.4.2. */
#ifndef SESSION_FETCH_H
#define SESSION_FETCH_H

#include "session/answers.h"

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
	bool unknown_encoding; /* something could not be decoded, and was left out */

	/* With fetch_remember(): answers that are kept, and what is needed of messages whose answers all are. */
	struct answers *answers;
	size_t lasting; /* items whose answers are kept */
	unsigned bare_fields;
	bool bare_outline;
	bool bare; /* all answers about the messages at hand are there */
};

/* What the items need. `fetch` is zeroed. */
void fetch_plan(struct fetch *fetch, struct roost_conn *conn, const struct fetch_item *items);
/* Have answers kept that stay true, and tell what was kept. In the memory of the command. ROOST_ERR_NO_MEMORY. */
int fetch_remember(struct fetch *fetch);
/* Of these messages the client is to be told next: sets which ROOST_MESSAGE_… bits are needed of those up to a UID,
 * and returns that. The others are to be prepared again. */
uint32_t fetch_prepare(struct fetch *fetch, const struct roost_uidset *uids, unsigned *fields_out);
void fetch_clear(struct fetch *fetch);
/* Tell of one message, which the client has under this sequence number. ROOST_ERR_NO_MEMORY. */
int fetch_tell(struct fetch *fetch, uint32_t sequence, const struct roost_message *message);

/* Begin a response about a message: "* 7 FETCH (", or "* 12 UIDFETCH (" for clients without sequence numbers (RFC
 * 9586), and the UID, if it is wanted. Returns what stands before the next item. */
const char *fetch_begin(struct roost_conn *conn, uint32_t sequence, uint32_t uid, bool wants_uid);

/* A string of octets: short ones copied, others by reference; as literal8 (RFC 3516) when there is a NUL among them
 * and the item may have that. */
int fetch_write_octets(struct fetch *fetch, struct roost_content *content, uint64_t offset,
	uint64_t size, bool literal8);

/* -- fetch_binary.c */

/* The value of one item; `outline` is NULL when it could not be made. */
typedef void fetch_write_fn(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline);
fetch_write_fn fetch_binary_write, fetch_binary_write_size;
/* Whether the section's encoding is known; else that is noted. */
bool fetch_binary_can(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline);

#endif
