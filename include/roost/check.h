/* check.h - the conformance kit: does a backend keep the contracts of backend.h?
 *
 * Run it in your tests. It works through the ops alone, needs no server, and says of each named
 * case what was expected and what came. */
#ifndef ROOST_CHECK_H
#define ROOST_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

/* Makes the backend under test, anew for each case: empty, with the two users of the options. */
struct roost_check_factory {
	size_t size; /* of this struct */
	int (*create)(void *context, struct roost_backend **backend_out);
	/* Free it and what it stored. NULL: roost_backend_destroy(). */
	void (*destroy)(void *context, struct roost_backend *backend);
	/* Stop and start the store again, keeping its data. NULL: cases about restarts are skipped.
	 */
	int (*reopen)(void *context, struct roost_backend **backend);
	void *context;
};

struct roost_check_options {
	size_t size; /* of this struct */
	const char *username, *password; /* of the first user, whose INBOX is empty */
	const char *other_username,
		*other_password; /* of a second one; NULL: cases that need it are skipped */
	const char *only; /* run only the cases whose name contains this; NULL: all */
	uint64_t append_limit; /* if the backend was set to one: the cases about limits use it; 0:
				  skipped */
	unsigned threads; /* of the cases with concurrent writers; 0: 4 */
};

enum roost_check_result { ROOST_CHECK_PASSED, ROOST_CHECK_FAILED, ROOST_CHECK_SKIPPED };

struct roost_check_report {
	size_t size; /* of this struct */
	/* Told of each case: its name, and for failed and skipped ones why, with the line in the
	 * kit. */
	void (*report)(
		void *context, const char *name, enum roost_check_result result, const char *text);
	void *context;
};

/* Run the cases. Returns how many failed, or an error if none could be run. */
ROOST_API int roost_check_backend(const struct roost_check_factory *factory,
	const struct roost_check_options *options, const struct roost_check_report *report);

ROOST_END_DECLS

#endif
