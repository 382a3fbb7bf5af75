/* mbox_status.h - what stands in the header of a message in an mbox file that is not the message's:
 * flags, and what our exports add. */
#ifndef PROGRAM_MBOX_STATUS_H
#define PROGRAM_MBOX_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "message.h"

/* What a message was when it was exported. */
struct mbox_export {
	bool known;
	bool raw; /* its line ends stayed as they were */
	struct roost_time date;
	uint64_t size;
	unsigned added; /* of the fields that follow, how many were seen */
};

/* Whether the line is the field in which an export tells of the message. */
bool mbox_export_read(struct mbox_export *export, const char *bytes, size_t n);
/* Whether the line is the next of those that an export adds after it. */
bool mbox_export_adds(struct mbox_export *export, const char *bytes, size_t n);
/* Give the message the date and the size that it had. */
void mbox_export_restore(const struct mbox_export *export, struct message *message);
/* Write all that an export adds. */
void mbox_export_write(FILE *stream, const struct mbox_export *export, uint32_t uid,
	const struct roost_flags *flags);

/* Take flags from a line "Status: RO", "X-Status: AF" or "X-Keywords: a b", and the UID from
 * "X-UID: 12". `error_io` becomes ROOST_ERR_NO_MEMORY when it has to. */
void mbox_status_read(const char *bytes, size_t n, struct message *message, int *error_io);

#endif
