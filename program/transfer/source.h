/* source.h - mail in files and folders: what is there, and how it is read. */
#ifndef PROGRAM_SOURCE_H
#define PROGRAM_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "deposit.h"
#include "marker.h"

enum source_format {
	SOURCE_AUTO, /* found out by looking */
	SOURCE_MAILDIR,
	SOURCE_MBOX, /* one file, or a folder of them */
	SOURCE_EML, /* one file, or a folder of them */
};

struct source {
	enum source_format format;
	const char *path; /* borrowed */
	bool is_file;
	char *identity; /* for the ledger: the path with nothing to be followed in it */
	struct marker marker; /* of an export of ours */
	const char *mailbox; /* what is not in a folder goes there, and the folders under it; NULL:
				into INBOX, and the folders beside it */
	const char *const *only; /* patterns; a mailbox has to match one of them */
	size_t only_count; /* 0: all */
};

/* The format of that name; false when there is none. */
bool source_find_format(const char *name, enum source_format *format_out);
const char *source_format_name(enum source_format format);

/* Find out what is at `path`, in all of `source_out`; `mailbox` and `only` are left NULL. When it is
 * nothing that can be imported, says so on stderr and returns false. */
bool source_look(const char *path, enum source_format format, struct source *source_out);
void source_clear(struct source *source);

/* Bring all of it into the mailboxes. */
void source_read(const struct source *source, struct deposit *deposit);

/* For the readers: */

/* Whether the file begins as an mbox file does, or has nothing in it. 0, or an errno. */
int source_is_mbox(const char *path, bool *is_mbox_out);

/* Whether the mailbox of the source is wanted: "INBOX", or "" for it, "Work/Old". */
bool source_wants(const struct source *source, const char *name);

/* What our export says of what lies at `path`, or NULL. */
const struct marker_mailbox *source_marked(const struct source *source, const char *path);

/* Go on with what lies at `path`, as the mailbox of that name in the source. False when it is not
 * wanted, or when it cannot be; the latter is noted. */
bool source_enter(
	const struct source *source, struct deposit *deposit, const char *path, const char *name);

#endif
