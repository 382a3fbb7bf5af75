/* kit_run.h - the conformance kit as a program: runs it on a backend and prints a line for each case. */
#ifndef BACKEND_KIT_RUN_H
#define BACKEND_KIT_RUN_H

#include <roost/check.h>

/* Octets of one message that the backend must have been limited to. */
#define KIT_APPEND_LIMIT (2 * 1024 * 1024)

/* The users that the backend must have: anna with the password secret, and bert with geheim. `only` is a
 * part of the names of cases, or NULL. What main() should return: 0 when there were cases and none failed. */
int kit_run(const struct roost_check_factory *factory, const char *only);

#endif
