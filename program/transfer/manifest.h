/* manifest.h - what the files of messages do not tell, beside them in an export: a line for each,
 *
 *	12.eml 12 1710000000 60 345 \Seen $Forwarded
 *
 * with its name, UID, internal date, zone in minutes, size and flags. */
#ifndef PROGRAM_MANIFEST_H
#define PROGRAM_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "message.h"

#define MANIFEST_FILE "roost-messages"

struct manifest_row {
	char *name;
	uint32_t uid;
	struct roost_time date;
	uint64_t size;
	char *flags; /* with a space after each but the last */
};

struct manifest {
	struct manifest_row *rows;
	size_t count;
	size_t capacity;
};

/* Read the manifest of a folder; one that is not there is empty. 0, or an errno. */
int manifest_read(const char *folder, struct manifest *manifest_out);
const struct manifest_row *manifest_find(const struct manifest *manifest, const char *name);
void manifest_clear(struct manifest *manifest);

/* Give a message what the row says. 0 or ROOST_ERR_NO_MEMORY. */
int manifest_give(const struct manifest_row *row, struct message *message);

/* Write the line for a message. */
void manifest_write(FILE *stream, const struct manifest_row *row, const struct roost_flags *flags);

#endif
