/* walk.h - reading the bytes and the outlines of emails one after another, in the order of their
 * numbers, which is mostly that of the messages: the next one costs half of what any other does. */
#ifndef LOCAL_WALK_H
#define LOCAL_WALK_H

#include "packs.h"
#include "store.h"

/* Emails of which it is known ahead where their bytes are. */
#define WALK_PLACES 32

/* A statement that goes through the rows of emails. */
struct walk_rows {
	const char *
		sql; /* the rows of this email and those behind it; the email is the first column */
	struct driver_statement *statement; /* NULL: not under way */
	int64_t email; /* where it stands */
};

struct walk {
	struct account *account;
	struct driver *reader;
	const struct entry *entries; /* that are asked for, mostly in this order; borrowed */
	size_t count;
	struct walk_rows emails, bodies, outlines;
	/* Of the entries from `first` on. A pack of 0: in the database, or in a file. */
	struct pack_place places[WALK_PLACES];
	size_t first, known;
	struct span *span;
};

/* End it before the reader's transaction ends. */
void local_walk_begin(struct walk *walk, struct account *account, struct driver *reader,
	const struct entry *entries, size_t count);
void local_walk_end(struct walk *walk);
/* The bytes of the entry at `i`; one reference, the caller's. ROOST_ERR_CORRUPT when they are not there,
 * or not as many; ROOST_ERR_EXPUNGED when the email is gone, now and not when the transaction began, if
 * there is one; errno says why they cannot be read. After an error another transaction may have begun. */
int local_walk_content(struct walk *walk, size_t i, struct roost_content **content_out);
/* 1 and the outline of the entry at `i`, which lives until the walk goes on; or 0. */
int local_walk_outline(struct walk *walk, size_t i, struct roost_text *bytes_out);
/* Whether the email is still there, now and not when the transaction began, if there is one. Ends
 * the walk. */
int local_walk_is_there(struct walk *walk, int64_t email);

/* The bytes of one email, without a walk; as local_walk_content(). */
int local_walk_read_one(struct account *account, struct driver *reader, int64_t email,
	uint64_t octets, struct roost_content **content_out);

#endif
