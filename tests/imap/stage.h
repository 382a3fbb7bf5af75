/* stage.h - the backend that a transcript is played on: in memory, or in a folder of its own. */
#ifndef IMAP_STAGE_H
#define IMAP_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>

#include "../backend/local_folder.h"

#define STAGE_USERS_MAX 4

struct stage {
	bool local;
	char delimiter; /* these three as in struct roost_memory_options */
	uint64_t append_limit;
	uint64_t quota;
	struct local_user users[STAGE_USERS_MAX + 1]; /* the last one has no name */
	char folder[256];
};

/* A new backend with the users. Must stay where it is until stage_clear(). */
int stage_create(struct stage *stage, struct roost_backend **backend_out);
/* Have the first user create a mailbox for a special use, "\Sent" and so on, by the backend's op: IMAP itself
 * has no word for it yet. */
int stage_create_special(const struct stage *stage, struct roost_backend *backend, const char *name,
	const char *use);
/* After the backend was destroyed. */
void stage_clear(struct stage *stage);

#endif
