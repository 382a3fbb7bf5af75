/* backup_packs.h - the packs of a backup, taken while the store goes on.
 *
 * A pack that is full never changes, and may have several names. Any other is copied: its store and
 * what is restored from the backup must not write to one file. */
#ifndef LOCAL_BACKUP_PACKS_H
#define LOCAL_BACKUP_PACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backup_pack {
	int64_t id, size;
	int fd; /* -1: not held */
	bool needed; /* at the instant */
};

/* Folders of bodies, borrowed: the user's, the one that is made, and that of the backup before. */
struct backup_packs {
	const char *from, *to, *before;
	bool copy; /* also what could be linked */
	struct backup_pack *list;
	size_t count, capacity;
	size_t held;
};

/* Take a pack as it is now. One that is not there, or shorter, is no error yet. */
int local_backup_packs_take(struct backup_packs *packs, int64_t id, int64_t size);
/* At the instant of the backup: see to it that what is still lacking of a pack can be had. */
int local_backup_packs_hold(struct backup_packs *packs, int64_t id, int64_t size);
/* Copy what is lacking, and remove what is not needed. `tell` is told of packs that lack something
 * still. */
int local_backup_packs_complete(
	struct backup_packs *packs, void (*tell)(void *context, int64_t id), void *context);
void local_backup_packs_finish(struct backup_packs *packs);

/* Give what is restored a pack of a folder. ROOST_ERR_CORRUPT when it is not there, or shorter. */
int local_backup_packs_restore(const char *from, const char *to, int64_t id, int64_t size);

#endif
