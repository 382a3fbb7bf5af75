/* pile.h - files that are written one after another under temporary names, and brought to disk and
 * renamed together: one sync for many. */
#ifndef PROGRAM_PILE_H
#define PROGRAM_PILE_H

#include <stddef.h>
#include <time.h>

#include <roost/outline.h>

/* Files that wait at most, and octets. */
#define PILE_FILES 1000
#define PILE_OCTETS ((size_t)64 << 20)

struct pile_file {
	char *temporary;
	char *path;
};

struct pile {
	struct pile_file files[PILE_FILES];
	size_t count;
	size_t octets;
};

/* All return 0 or an errno. */

/* Add a file that shall be called `path`, with the time of its last change; takes both names, from
 * malloc, which may be NULL. When it is high, the pile is finished. */
int pile_add(struct pile *pile, char *temporary, char *path, const char *bytes, size_t n,
	struct roost_time date);

/* Bring all to disk and give each its name. */
int pile_finish(struct pile *pile);

/* Remove what waits. */
void pile_drop(struct pile *pile);

#endif
