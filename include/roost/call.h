/* call.h - what goes into every op: the memory, the clock and the error text of one command.
 *
 * The server makes one call for each command. Who uses a backend without a server (a test, a tool)
 * makes one with roost_call_create(). */
#ifndef ROOST_CALL_H
#define ROOST_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_call;

/* Memory of the command: zeroed, aligned for any type, and gone when the command is over; there is
 * no free. NULL when `size` is 0, memory is out, or the command's memory limit is reached. */
ROOST_API void *roost_call_alloc(struct roost_call *call, size_t size);

/* A copy of `n` bytes with a NUL added, in the memory of the command. NULL as above. */
ROOST_API char *roost_call_strndup(struct roost_call *call, const char *bytes, size_t n);

/* Whether nobody waits for the answer any more: the client is gone, the deadline has passed, or the
 * server stops. An op that takes long looks at it now and then and returns ROOST_ERR_CANCELLED. Any
 * thread. */
ROOST_API bool roost_call_cancelled(const struct roost_call *call);

/* Note a text for a person and return `error`, so that an op can end with
 *	return roost_call_fail(call, ROOST_ERR_OVER_QUOTA, "Your 5 GB are full");
 * The text is copied, cut at 400 bytes, and control characters in it become spaces. The last one
 *counts. */
ROOST_API int roost_call_fail(struct roost_call *call, int error, const char *text);

/* As roost_call_fail, with printf formatting. */
ROOST_API int roost_call_failf(struct roost_call *call, int error, const char *format, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 3, 4)))
#endif
	;

/* Tell how far a long op has come: `done` of `total` steps of the op's own choosing (0: not known).
 */
ROOST_API void roost_call_progress(struct roost_call *call, uint64_t done, uint64_t total);

/* Hold the command's tagged response back for so long, without a thread that waits: against
 * guessing, say. The longest of several counts. */
ROOST_API void roost_call_delay(struct roost_call *call, uint32_t milliseconds);

/* Note a reason for the log, of which the client hears nothing: why a sign-in failed. The text is
 * copied; the last one counts. */
ROOST_API void roost_call_explain(struct roost_call *call, const char *text);

/* What comes next is hard work for a processor, hashing a password say. When this returns
 * ROOST_LATER, return that from the op at once: it is called again, with the same arguments, from
 * where such work queues up, so that other users do not wait for it. When it returns 0, go on. For
 * the login op. */
ROOST_API int roost_call_begin_hard_work(struct roost_call *call);

/* Whether the op may keep its thread: wait for a disk, for a network or for a lock that somebody holds
 * while waiting for such, or work for long. When not, it is being tried on an event loop that others
 * wait for: if it has to, it returns ROOST_ERR_WOULD_BLOCK, before it has delivered or changed
 * anything, and is called again, with the same arguments, from a thread that may wait. Always true
 * without ROOST_FEATURE_TRIES. */
ROOST_API bool roost_call_may_wait(const struct roost_call *call);

/* For callers of ops. */

/* Make a call with at most `memory_limit` bytes of memory (0: 64 MiB). ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_call_create(struct roost_call **call_out, size_t memory_limit);
/* Free the call and all memory taken from it. NULL is allowed. */
ROOST_API void roost_call_destroy(struct roost_call *call);
/* Free all memory taken from the call and forget text and progress, ready for the next command. */
ROOST_API void roost_call_reset(struct roost_call *call);
/* Make roost_call_cancelled() true. Any thread. */
ROOST_API void roost_call_cancel(struct roost_call *call);
/* Say whether ops may wait, until the call is reset; they may when nobody says so. Not to be forbidden
 * to ops that do not ask: see ROOST_FEATURE_TRIES. */
ROOST_API void roost_call_set_may_wait(struct roost_call *call, bool may_wait);
/* The text of the last roost_call_fail, or NULL. Lives until reset. */
ROOST_API const char *roost_call_text(const struct roost_call *call);
/* What the op last told by roost_call_progress; 0 and 0 when nothing was. Any thread: the two may then be
 * of different moments. */
ROOST_API void roost_call_get_progress(
	const struct roost_call *call, uint64_t *done_out, uint64_t *total_out);
/* What was asked for by roost_call_delay; 0 when nothing was. */
ROOST_API uint32_t roost_call_get_delay(const struct roost_call *call);
/* The text of the last roost_call_explain, or NULL. Lives until reset. */
ROOST_API const char *roost_call_reason(const struct roost_call *call);

ROOST_END_DECLS

#endif
