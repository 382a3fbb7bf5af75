/* flag_changes.h - flags that changed at the source since the last import, gathered so that equal
 * changes are made in one step.
 *
 * Flags are written as text: the number of the system flags, and the keywords, with a space before
 * each. */
#ifndef PROGRAM_FLAG_CHANGES_H
#define PROGRAM_FLAG_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/backend.h>

/* Different changes that are gathered before they have to be made. */
#define FLAG_CHANGES_MAX 64

struct flag_change {
	bool add; /* else the flags are taken away */
	unsigned system;
	char *keywords; /* with spaces between them */
	struct roost_uidset uids;
};

struct flag_changes {
	struct flag_change list[FLAG_CHANGES_MAX];
	size_t count;
};

/* The text for the flags, from malloc; NULL when memory is out. */
char *flag_changes_write(const struct roost_flags *flags);

/* Whether there are differences between what the text says and the flags. */
bool flag_changes_differ(const char *had, const struct roost_flags *has);

/* Gather what leads from one to the other, for a message. 1 when it is full: make the changes, and
 * ask again. 0, or ROOST_ERR_NO_MEMORY. */
int flag_changes_add(
	struct flag_changes *changes, const char *had, const struct roost_flags *has, uint32_t uid);

/* Make the changes, and forget them. As the op update_messages_flags. */
int flag_changes_make(
	struct flag_changes *changes, struct roost_mailbox *mailbox, struct roost_call *call);

void flag_changes_clear(struct flag_changes *changes);

#endif
