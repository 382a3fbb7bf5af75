/* found.h - the folders of a source, all found before the first is read, so that it is known how
 * much there is to do. */
#ifndef PROGRAM_FOUND_H
#define PROGRAM_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct found_folder {
	char *path;
	char *name; /* of the mailbox, as the source has it: "" for the source itself */
};

struct found {
	struct found_folder *list;
	size_t count;
};

/* Both are copied. False when memory is out. */
bool found_add(struct found *found, const char *path, const char *name);
void found_clear(struct found *found);

/* A folder on the way down from the source, to see that a link does not lead up again. */
struct found_way {
	const struct found_way *above;
	dev_t device;
	ino_t inode;
	unsigned depth;
};

/* Whether `path` is a folder that may be gone into from `above` (NULL for the first): not one of
 * those on the way, and not too deep. `way_out` is the way to it. */
bool found_goes_in(const char *path, const struct found_way *above, struct found_way *way_out);

#endif
