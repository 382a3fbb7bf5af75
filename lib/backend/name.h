/* name.h - which names a mailbox may have. */
#ifndef BACKEND_NAME_H
#define BACKEND_NAME_H

#include <stdbool.h>

#include <roost/backend.h>

/* `name` as backends get it: INBOX so spelled, alone and as the first level. `name_out` is in the
 * memory of the call, or `name` itself. ROOST_ERR_CANNOT for what no mailbox can be called: not
 * UTF-8, empty, with empty levels or control characters, too long or too deep.
 * ROOST_ERR_NO_MEMORY. */
int name_normalize(const struct roost_user *user, struct roost_call *call, const char *name,
	const char **name_out);

/* The same for the name of something new: a delimiter at the end is taken off. RFC 3501
 * section 6.3.3. */
int name_normalize_new(const struct roost_user *user, struct roost_call *call, const char *name,
	const char **name_out);

bool name_is_inbox(const char *normalized);
/* Whether `name` is below `parent`. */
bool name_is_inside(const struct roost_user *user, const char *name, const char *parent);

#endif
