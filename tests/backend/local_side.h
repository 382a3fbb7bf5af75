/* local_side.h - one of several that work on the same folder: a store, and anna with her INBOX. */
#ifndef BACKEND_LOCAL_SIDE_H
#define BACKEND_LOCAL_SIDE_H

#include "local_session.h"

struct local_side {
	struct roost_backend *backend;
	struct local_session anna;
	struct roost_mailbox *inbox;
};

/* What fails in these fails the test. */
void local_side_enter(struct local_side *side, const char *folder);
void local_side_leave(struct local_side *side);
/* The number that a query of anna's mail.db has for an answer. */
int64_t local_side_ask(const char *folder, const char *sql);

#endif
