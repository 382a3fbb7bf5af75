/* new_password.h - a new password: asked for, or drawn by lot. */
#ifndef PROGRAM_NEW_PASSWORD_H
#define PROGRAM_NEW_PASSWORD_H

#include <stdbool.h>

#include "hash.h"

struct new_password {
	char text[HASH_MAX_PASSWORD + 1];
};

/* Ask for it: twice and without echo on a terminal, else the first line of standard input. False
 * when there is none that can be taken, of which stderr is told. */
bool new_password_ask(const char *user, struct new_password *password);

/* One that nobody can guess and anybody can type. False, with a line on stderr, when there is no
 * randomness. */
bool new_password_draw(struct new_password *password);

void new_password_wipe(struct new_password *password);

#endif
