/* text_index.h - search.db: which emails of a user may have a text in them.
 *
 * It holds the groups of three letters of each email's text (letters.h) in a table of FTS5, and is
 * asked for the emails that have all groups of what is looked for: candidates, which must be looked
 * at. It can be
 * deleted at any time, and is made anew from mail.db; rows are never taken out of it, since no email
 * gets the number of another, but it is made anew when most of what it knows is gone. */
#ifndef LOCAL_TEXT_INDEX_H
#define LOCAL_TEXT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

#include "bits.h"
#include "driver.h"

struct text_index;

/* Where it lies. */
struct text_place {
	char *path; /* of search.db */
	char *lock; /* of search.lock: a byte of it is locked while search.db is opened or deleted; who fills
		       has another lock on it, see text_fill.h */
};

/* Which emails it has looked at. Not all of them are `whole`: of the others it knows nothing. */
struct text_cover {
	struct bits looked, whole;
};
void local_text_cover_clear(struct text_cover *cover);

/* Open search.db beside mail.db. A writer makes it when it is missing, and makes it anew when it
 * belongs to another mail.db, to another `era` of it (lock.h) or to another version of the text;
 * only one writer may be open, see text_fill.h. For a reader it is then not there:
 * ROOST_ERR_NOT_SUPPORTED. `mail` reads mail.db.
 * ROOST_ERR_CORRUPT: it is damaged. `text_out` is filled with why it failed. */
int local_text_index_open(const struct text_place *place, bool writer, struct driver *mail,
	uint64_t era, struct text_index **index_out, char *text_out, size_t text_size);
void local_text_index_close(struct text_index *index); /* NULL is allowed */
/* Whether the files are no longer those that were opened. */
bool local_text_index_is_gone(const struct text_index *index, const char *path);
/* Whether so much is in the log that who opens search.db would wait for it to be read. */
bool local_text_index_has_long_log(const char *path);
/* Empty it, if nobody reads for long. Of a writer. */
int local_text_index_empty_log(struct text_index *index);
/* Delete the files; nobody has them open for writing. Who opens them meanwhile has all or none of them. */
int local_text_index_delete(const struct text_place *place);
/* What went wrong last. Lives until the next call. */
const char *local_text_index_text(struct text_index *index);

/* What is read until local_text_index_end() is of one instant. */
int local_text_index_begin_read(struct text_index *index, struct text_cover *cover_out);
/* A writer's transaction. ROOST_ERR_UNAVAILABLE when another has one. */
int local_text_index_begin_write(struct text_index *index);
int local_text_index_commit(struct text_index *index);
/* Let go of what was read, or roll back. */
void local_text_index_end(struct text_index *index);

/* The emails that may have `folded` in a text. 1, or 0 when it is too short for the index to tell. */
int local_text_index_find(
	struct text_index *index, struct roost_text folded, struct bits *candidates_out);

/* With a writer's transaction. `words` are those of letters.h. */
int local_text_index_add(struct text_index *index, int64_t email, struct roost_text words);
/* Write what was added to `cover`, which is all that the index has now, from `first` to `last`;
 * `last` has `digest`. */
int local_text_index_write_cover(struct text_index *index, const struct text_cover *cover,
	int64_t first, int64_t last, int64_t digest);

#endif
