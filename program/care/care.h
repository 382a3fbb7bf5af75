/* care.h - what the verbs that look after a store have in common. */
#ifndef PROGRAM_CARE_H
#define PROGRAM_CARE_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/local.h>

#include "config/place.h"

/* The open store, and who is looked after. */
struct care {
	struct place place;
	struct roost_backend *backend;
	struct roost_call *call;
	char **users;
	size_t user_count;
	bool all; /* nobody was named: they are all that were there */
	size_t gone; /* those who were there no more at their turn */
	unsigned findings; /* so far, notes left out */
	unsigned left; /* of them, those that were not mended */
	const char *user; /* who it is about */
	const char *doing; /* for progress: "checking" */
	const char *unit; /* of progress: "messages" or "octets" */
	bool terminal; /* whether progress is shown */
	bool shown; /* whether a line of it is there */
	double told; /* when */
};

/* Open the store in `place`, which must be there already. On failure says why on stderr. End it with
 * care_end(), in any case. */
bool care_begin(struct care *care, const char *doing, const char *unit);
void care_end(struct care *care);
/* The users that are named, or all when none is. Says on stderr when one is not there. */
bool care_take_users(struct care *care, char **names, int count);

/* Forget what the last op left, before the next one about `user`. */
void care_turn_to(struct care *care, const char *user);
/* An op on the user failed. That is no failure when nobody was named and the user has been removed
 * meanwhile: true. Else says on stderr why, and returns false. */
bool care_tell_failure(struct care *care, int error);
/* A roost_local_finding_fn and a progress callback, with a struct care for context. */
void care_report(void *context, const struct roost_local_finding *finding);
void care_progress(void *context, uint64_t done, uint64_t total);
/* Take the line of progress away. */
void care_clear_progress(struct care *care);

#endif
