/* expect.h - compare what came with what must come; false after noting the difference. */
#ifndef ROOST_CHECK_EXPECT_H
#define ROOST_CHECK_EXPECT_H

#include "fixture.h"

/* `what` says in a few words what was looked at. */
bool expect_ok(struct check *c, int line, int result, const char *what);
bool expect_error(struct check *c, int line, int result, int error, const char *what);
/* Any error will do. */
bool expect_refused(struct check *c, int line, int result, const char *what);
bool expect_true(struct check *c, int line, bool condition, const char *what);
bool expect_equal(struct check *c, int line, uint64_t got, uint64_t want, const char *what);
bool expect_set(struct check *c, int line, const struct roost_uidset *got,
	const struct roost_uidset *want, const char *what);
bool expect_text(struct check *c, int line, const char *got, const char *want, const char *what);
bool expect_bytes(struct check *c, int line, const void *got, size_t got_size, const void *want,
	size_t want_size, const char *what);
bool expect_time(struct check *c, int line, const struct roost_time *got,
	const struct roost_time *want, const char *what);
/* `want` is written as "\Seen $Forwarded Work": the same flags, in whatever order; keywords in
 * exactly this spelling. */
bool expect_flags(struct check *c, int line, const struct roost_flags *got, const char *want,
	const char *what);

#endif
