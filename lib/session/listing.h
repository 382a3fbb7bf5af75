/* listing.h - which mailboxes LIST and LSUB tell of. RFC 3501 sections 6.3.8 and 6.3.9, RFC 5258. */
#ifndef SESSION_LISTING_H
#define SESSION_LISTING_H

#include "base/map.h"
#include "session/session.h"

/* A name that is listed, or above one that is. */
struct listed {
	const char *name;
	unsigned attributes; /* ROOST_MAILBOX_… of a mailbox that there is */
	bool exists;
	bool subscribed;
	bool has_children; /* mailboxes that there are */
	bool selected; /* meets the selection options */
	bool selected_below; /* a name below it does */
	bool selected_unseen; /* one below it does that matches no pattern */
	bool told; /* to a client that is told of changes */
	struct listed *next;
};

/* Zeroed before listing_make(). */
struct listing {
	struct roost_conn *conn;
	const struct command *command; /* LIST or LSUB */
	char delimiter;
	const char **patterns; /* with the reference before each */
	struct map names; /* to struct listed */
	struct listed *all;
	size_t count; /* of all, and then of `sorted` */
	struct listed **sorted; /* those to be told, INBOX first */
};

/* Gather the mailboxes that a LIST or LSUB tells of, in the memory of the command at hand. Errors of the op. */
int listing_make(struct listing *listing, struct roost_conn *conn, const struct command *command);
/* What is known of a name, whether it is told or not; NULL when nothing is. */
struct listed *listing_find(const struct listing *listing, const char *name);
/* What is not in the memory of the command. */
void listing_clear(struct listing *listing);

/* cmd_list.c: tell of a name as the command asks for it, and with `old_name` (may be NULL) how it was called before. */
void list_tell_name(struct roost_conn *conn, const struct command *command,
	const struct listed *listed, const char *old_name);
/* The delimiter as a response has it. */
void list_write_delimiter(struct buf *buf, char delimiter);

#endif
