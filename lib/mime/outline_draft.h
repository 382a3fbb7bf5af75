/* outline_draft.h - what an outline writer holds of fields, addresses and parameters until it lays
 * them out. */
#ifndef MIME_OUTLINE_DRAFT_H
#define MIME_OUTLINE_DRAFT_H

#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

#include "base/buf.h"

struct outline_field {
	uint32_t offset; /* in the header */
	uint32_t size;
	uint32_t name;
	uint32_t value; /* from the name */
};

struct outline_address {
	uint32_t texts[4]; /* name, route, mailbox, host */
	uint32_t next; /* in the same field, if there are more */
};

struct outline_parameter {
	uint32_t name;
	uint32_t value;
};

/* The string at that place. */
struct roost_text outline_draft_string(const struct buf *strings, size_t offset);

#endif
