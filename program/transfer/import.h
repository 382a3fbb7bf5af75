/* import.h - mail from files into a user's mailbox, through the backend's ops. */
#ifndef PROGRAM_IMPORT_H
#define PROGRAM_IMPORT_H

#include <signal.h>
#include <stdbool.h>

#include <roost/backend.h>

#include "message.h"

struct import;

/* Where mail is read from. */
enum import_kind {
	IMPORT_MBOX,
	IMPORT_MAILDIR,
	IMPORT_FOLDER, /* of .eml files */
	IMPORT_FILE, /* one .eml file */
};

/* Find out what is at `path`. When it is nothing that can be imported, says so on stderr and
 * returns false. */
bool import_look(const char *path, enum import_kind *kind_out);

/* Open the mail of a user, once for any number of import_run(). `stop` is looked at between messages. On
 * failure says why on stderr and returns false. */
bool import_begin(struct import **import_out, struct roost_backend *backend, const char *user,
	const volatile sig_atomic_t *stop);

/* Bring all mail at `path` into the mailbox, which is created when it is missing. What cannot be
 * read is told at the end, and the rest goes in. False when the mailbox cannot be opened or memory
 * is out, which is told on stderr. */
bool import_run(struct import *import, const char *mailbox, const char *path);

/* NULL is allowed. */
void import_end(struct import *import);

/* For the readers of mbox, Maildir and .eml: */

/* Go on in this mailbox. */
bool import_open(struct import *import, const char *mailbox);
/* Add a message; its bytes are taken over, and `message` is empty afterwards. `origin` says where
 * it comes from, for a person. */
bool import_add(struct import *import, struct message *message, const char *origin);
/* Note what could not be read, and why. */
void import_failed(struct import *import, const char *origin, const char *why);
/* Whether to read on: not when the program shall end. */
bool import_goes_on(const struct import *import);

#endif
