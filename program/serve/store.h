/* store.h - the backend that `roost serve` serves: in memory or in a folder. */
#ifndef PROGRAM_STORE_H
#define PROGRAM_STORE_H

#include <stdbool.h>

#include <roost/backend.h>

#include "accounts/verifier.h"
#include "options.h"

/* Make it, with the users of the options, which must outlive it, and so must the verifier; that is
 * NULL for a store in memory. On failure says why on stderr and returns false. */
bool store_create(const struct options *options, struct verifier **verifier_out,
	struct roost_backend **backend_out);

#endif
