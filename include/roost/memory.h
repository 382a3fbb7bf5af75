/* memory.h - a backend that keeps all mail in memory: for tests, for demonstrations, for embedding,
 * and as the reference for what the interface means. */
#ifndef ROOST_MEMORY_H
#define ROOST_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_memory_options {
	size_t size; /* of this struct */
	char delimiter; /* 0: '/' */
	uint64_t append_limit; /* octets of one message; 0: no limit */
	uint64_t quota; /* octets of all messages of one user; 0: no limit */
};

/* Make an empty backend without users. `options` may be NULL. End it with roost_backend_destroy().
 * ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_memory_create(
	const struct roost_memory_options *options, struct roost_backend **backend_out);

/* Add a user with an INBOX. May be called at any time, by any thread.
 * ROOST_ERR_INVALID (empty name), ROOST_ERR_MAILBOX_EXISTS (there is such a user),
 * ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_memory_add_user(
	struct roost_backend *backend, const char *name, const char *password);

/* Set a user's own append limit; ROOST_NO_LIMIT for none. ROOST_ERR_INVALID (no such user). */
ROOST_API int roost_memory_set_append_limit(
	struct roost_backend *backend, const char *name, uint64_t limit);

ROOST_END_DECLS

#endif
