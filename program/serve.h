/* serve.h - `roost serve`. */
#ifndef PROGRAM_SERVE_H
#define PROGRAM_SERVE_H

#include "options.h"

/* Take mail in, listen, and serve until SIGTERM or SIGINT. Returns the exit status: 0, 2 when the
 * options cannot be followed, 1 when something else went wrong; both are told on stderr. */
int serve(struct options *options);

#endif
