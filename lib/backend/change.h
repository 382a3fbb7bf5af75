/* change.h - one change, shared by all whom it concerns, and a queue of such.
 *
 * Whoever posts a change has a reference to it, and so has every queue that it is in. When the last is given back it has
 * ended: ended changes are gathered in a list, to be finished when no lock is held. */
#ifndef BACKEND_CHANGE_H
#define BACKEND_CHANGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <roost/updates.h>

struct change {
	enum roost_update_kind kind;
	const char *user; /* NULL: all */
	const char *mailbox; /* NULL: all */
	struct roost_uidset uids; /* MESSAGE, EXPUNGE */
	bool all_uids; /* MESSAGE without a set */
	enum roost_status_type status;
	const char *code, *text;
	enum roost_mailbox_event event;
	const char *new_name;
	const struct roost_user *origin; /* only to be compared: it may be gone */

	/* What ends it; all else never changes. */
	atomic_uint refs;
	void (*done)(void *context);
	void *context;
	struct change *next_dead;
	char strings[]; /* what the members above point to */
};

/* A copy of an update, with one reference. ROOST_ERR_NO_MEMORY. */
int change_share(const struct roost_update *update, struct change **change_out);
/* Give a reference back. With the last, the change becomes the first of `dead`. */
void change_drop(struct change *change, struct change **dead);
/* Tell the posters of ended changes, in the order in which they ended, and free them. */
void change_finish(struct change *dead);

/* A ring: first `taken` changes that change_queue_take() gave away, then those that wait. All-zero is empty; an empty one
 * has no memory. */
struct change_queue {
	struct change **entries;
	size_t capacity; /* a power of two, or 0 */
	size_t first;
	size_t count; /* with the taken ones */
	size_t taken;
};

/* Add it, with a reference of the queue's own. False when the queue is full or memory is out. */
bool change_queue_push(struct change_queue *queue, struct change *change);
/* The next that waits, or NULL. It stays in the queue until it is dropped. */
struct change *change_queue_take(struct change_queue *queue);
void change_queue_drop_taken(struct change_queue *queue, struct change **dead);
/* Drop what waits and does not pass `keep` (NULL: nothing does). */
void change_queue_drop_waiting(struct change_queue *queue,
	bool (*keep)(const struct change *change, const char *selected), const char *selected,
	struct change **dead);
void change_queue_clear(struct change_queue *queue, struct change **dead);

#endif
