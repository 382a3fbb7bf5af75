/* recents.h - from which UID on messages are recent, where the disk does not know it yet.
 *
 * Selecting a mailbox takes its recent messages, and need not wait for a disk to do so: the
 * watermark is written with the next commit, or when the database is closed. After a crash a few
 * messages may be recent once more. */
#ifndef LOCAL_RECENTS_H
#define LOCAL_RECENTS_H

#include <stdint.h>

#include "store.h"

struct recent {
	struct recent *next;
	int64_t mailbox;
	uint32_t from;
};

void local_recents_free(struct recent *list);
/* The watermark, or 0 when the disk knows best. Ask before the disk. With the account's lock. */
uint32_t local_recents_find(const struct account *account, int64_t mailbox);
/* As above, and takes the lock. */
uint32_t local_recents_look(struct account *account, int64_t mailbox);
/* Whether there is any that the disk does not know yet. Takes the lock. */
bool local_recents_any(struct account *account);
/* A session took the messages below `from`. */
void local_recents_note(struct account *account, int64_t mailbox, uint32_t from);
/* Write them now, if there are any: other processes should know. */
void local_recents_tell(struct account *account);
/* Write them, inside of a transaction of the writer. */
int local_recents_write(struct account *account, struct recent **written_out);
/* After the transaction: forget what was written, if it was committed. Frees the list. */
void local_recents_written(struct account *account, struct recent *written, bool committed);

#endif
