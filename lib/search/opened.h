/* opened.h - the outline of a message that is looked at, made when the backend has none. */
#ifndef SEARCH_OPENED_H
#define SEARCH_OPENED_H

#include <stdbool.h>

#include <roost/backend.h>
#include <roost/outline.h>

/* All zero before the first opened_get(). */
struct opened {
	struct roost_outline outline;
	bool known;
	void *made; /* from malloc */
};

/* The content of a message; NULL when it came without. */
struct roost_content *opened_content(const struct roost_message *message);
/* Find the outline, unless that was done. ROOST_ERR_INVALID when there is nothing to make it from,
 * ROOST_ERR_NO_MEMORY, or from reading. */
int opened_get(struct opened *opened, const struct roost_message *message);
/* Ready for the next message. */
void opened_close(struct opened *opened);

#endif
