/* marker.h - the file in which an export says what it is: its format, and of each mailbox where it
 * lies, its name and its special uses; and what is subscribed to.
 *
 *	roost-export 1 maildir
 *	mailbox .Work.Old Work/Old \Archive
 *	subscribed Work/Old
 *
 * Spaces, control characters and '%' in paths and names are written as %XX. */
#ifndef PROGRAM_MARKER_H
#define PROGRAM_MARKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARKER_FILE "roost-export"

struct marker_mailbox {
	char *path; /* below the export; "." for the export itself */
	char *name;
	unsigned special_use; /* ROOST_MAILBOX_… bits */
	/* What an export that is under way has of it; not in the file. */
	struct marker_seen {
		bool failed; /* it cannot be exported */
		uint32_t uid_validity, uid_next; /* 0: nothing yet */
	} seen;
};

struct marker {
	char *format; /* NULL: there is no marker */
	struct marker_mailbox *mailboxes;
	size_t mailbox_count;
	char **subscribed;
	size_t subscribed_count;
};

/* Read the marker of a folder; when there is none, `marker_out` is empty. When it cannot be read,
 * says why on stderr and returns false. */
bool marker_read(const char *folder, struct marker *marker_out);
/* The mailbox at a path below the export, or NULL. */
const struct marker_mailbox *marker_find(const struct marker *marker, const char *path);

/* False when memory is out. `path` and `name` are copied. */
bool marker_add_mailbox(
	struct marker *marker, const char *path, const char *name, unsigned special_use);
bool marker_add_subscribed(struct marker *marker, const char *name);
/* Write the marker into the folder, in one step. 0, or an errno. */
int marker_write(const char *folder, struct marker *marker);

void marker_clear(struct marker *marker);

/* Text with spaces, control characters and '%' as %XX, from malloc; NULL when memory is out. */
char *marker_escape(const char *text);
/* The opposite, in place. */
void marker_unescape(char *text);

/* The special use of that name, "\Sent" in any case; 0 for none. */
unsigned marker_special_use(const char *name, size_t n);

#endif
