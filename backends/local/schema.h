/* schema.h - the tables of mail.db, and how older ones become the newest. */
#ifndef LOCAL_SCHEMA_H
#define LOCAL_SCHEMA_H

#include <stddef.h>

#include "driver.h"

/* The version this program writes. */
#define SCHEMA_VERSION 4u
/* The first that knows packs. */
#define SCHEMA_PACKS 3u

/* Bring the database to SCHEMA_VERSION, in one transaction. `now`: seconds since 1970.
 * ROOST_ERR_UNAVAILABLE when a newer program has written it; `text_out` says what failed. */
int local_schema_migrate(struct driver *driver, int64_t now, char *text_out, size_t text_size);

#endif
