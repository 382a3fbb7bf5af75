/* guesses.h - failed sign-ins, by address and by user: how long to hold an answer back, and when to
 * look at no more passwords for a while.
 *
 * Failures are counted for an address (of IPv6 the first 64 bits, which is what one customer has)
 * and for a user name, whether or not there is such a user; the same wrong password over and over
 * is one failure, since it is a forgotten setting and no guess. A sign-in that succeeds takes back
 * what that user did wrong from there, and no more: who has one account could otherwise guess at
 * others for ever. When there are too many failures,
 *	of an address, it is refused for a while;
 *	of a user, the same but for addresses where that user has signed in within the last day,
 *	so that nobody can be locked out by others.
 *
 * Memory is bounded: what was not heard of for longest is forgotten. Any thread. Times are seconds
 * of a clock that does not go back. */
#ifndef PROGRAM_GUESSES_H
#define PROGRAM_GUESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"

#define GUESS_WINDOW 600

struct guess_limits {
	unsigned window; /* seconds after which failures are forgotten; GUESS_WINDOW */
	unsigned longest_delay; /* milliseconds that an answer is held back at most */
	unsigned per_address; /* failures until it is refused; 0: never */
	unsigned per_user; /* 0: never */
	unsigned lockout; /* seconds */
	bool spare_loopback; /* do not count for the addresses of this machine */
};

struct guesses;

/* NULL when memory is out. The limits are copied, the key lives on. */
struct guesses *guesses_create(const struct guess_limits *limits, const struct digest_key *key);
/* NULL is allowed. */
void guesses_destroy(struct guesses *guesses);

/* Who tries: an address as text ("" when there is none), and a name, folded if it is one. */
struct guesser {
	const char *address;
	const char *name;
};

enum guess_lock { GUESS_FREE, GUESS_ADDRESS_LOCKED, GUESS_USER_LOCKED };

/* Whether passwords are looked at now. */
enum guess_lock guesses_check(struct guesses *guesses, const struct guesser *guesser, uint64_t now);
/* A wrong password. Returns for how many milliseconds to hold back the answer. */
unsigned guesses_fail(struct guesses *guesses, const struct guesser *guesser,
	const struct digest *password, uint64_t now);
/* A right one. */
void guesses_succeed(struct guesses *guesses, const struct guesser *guesser, uint64_t now);

#endif
