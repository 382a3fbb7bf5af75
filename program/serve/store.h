/* store.h - the backend that `roost serve` serves: in memory or in a folder. */
#ifndef PROGRAM_STORE_H
#define PROGRAM_STORE_H

#include <stdbool.h>

#include <roost/backend.h>

#include "options.h"

/* Make it, with the users of the options, which must outlive it. On failure says why on stderr and
 * returns false. */
bool store_create(const struct options *options, struct roost_backend **backend_out);

#endif
