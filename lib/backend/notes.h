/* notes.h - which mailboxes something has happened to, and what, in bounded memory.
 *
 * For sessions that want to hear of mailboxes that they have not selected (NOTIFY, RFC 5465): not each change is kept,
 * but that there was one; what is so now is looked up when it is told. */
#ifndef BACKEND_NOTES_H
#define BACKEND_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"

enum noted {
	NOTED_MESSAGES = 1 << 0, /* some came or went, or anything changed */
	NOTED_FLAGS = 1 << 1,
	NOTED_NAME = 1 << 2, /* created, deleted or renamed */
	NOTED_SUBSCRIPTION = 1 << 3,
};

struct note {
	struct note *next;
	char *old_name; /* NULL when it was not renamed */
	unsigned what; /* NOTED_… bits */
	char mailbox[]; /* "": all of the user's */
};

/* All-zero is empty. The notes are in the order in which the mailboxes first came up. */
struct notes {
	struct note *first;
	struct note **end;
	struct map by_mailbox;
	size_t bytes;
};

/* Note that something happened. False when that is too much to be kept, or memory is out; then the notes are not to
 * be relied on. */
bool notes_add(struct notes *notes, const char *mailbox, unsigned what, const char *old_name);
/* Take all out; free them with notes_free(). */
struct note *notes_take(struct notes *notes);
void notes_free(struct note *first);
/* Forget all. */
void notes_clear(struct notes *notes);

#endif
