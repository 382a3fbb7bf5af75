/* threads.h - run a function in several threads at once, each with its own session. */
#ifndef ROOST_CHECK_THREADS_H
#define ROOST_CHECK_THREADS_H

#include "fixture.h"

/* What one thread does, in a session of its own; `index` counts from 0. */
typedef void (*threads_fn)(struct check *session, unsigned index, void *context);

/* Start them all together and wait for the last. Their sessions stay open until the case ends. */
bool threads_run(struct check *c, int line, unsigned count, threads_fn run, void *context);

#define THREADS_PATIENCE 60 /* seconds until a lock counts as held for good */

/* Run it in a further thread, with the session given, and wait until it is done. False when that
 * takes so long that it must be waiting for a lock that the caller's thread holds; it is then waited
 * for when the case ends. */
bool threads_aside(struct check *c, int line, struct check *session, threads_fn run, void *context);

#endif
