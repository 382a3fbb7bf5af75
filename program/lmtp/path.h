/* path.h - an address of MAIL FROM or RCPT TO, and whose mailbox it may mean. */
#ifndef PROGRAM_PATH_H
#define PROGRAM_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* The most bytes between the angle brackets. RFC 5321 section 4.5.3.1.3 asks for 256 with them, and
 * UTF-8 takes more. */
#define PATH_MAX_TEXT 1000

/* An address. The texts hold no control characters, and UTF-8 where they are not ASCII. */
struct path {
	char text[PATH_MAX_TEXT + 1]; /* as given, without source route and brackets; "" for <> */
	char local[PATH_MAX_TEXT + 1]; /* before the '@', without quotes */
	char domain[PATH_MAX_TEXT + 1]; /* "" when there is none */
	bool eight_bit; /* not all of it is ASCII: needs SMTPUTF8 (RFC 6531) */
};

/* Read an address in angle brackets from the start of the `n` bytes. Returns how many bytes it took,
 * 0 when there is none. RFC 5321 section 4.1.2; a domain may be missing. */
size_t path_read(const char *bytes, size_t n, struct path *path_out);

/* Whom an address may mean. */
struct path_user {
	char name[2 * PATH_MAX_TEXT + 2];
	const char *detail; /* the mailbox asked for behind the '+', in the path; NULL: none */
};

/* The users that an address may mean, the likeliest first; who exists is meant. For
 * Anna+List@Example.Org these are Anna+List@example.org, Anna@example.org (List), Anna+List, Anna
 * (List), and the same in lower case. `*place_io` is 0 at first; false: there are no more. */
bool path_next_user(const struct path *path, unsigned *place_io, struct path_user *user_out);

#endif
