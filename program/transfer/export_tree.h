/* export_tree.h - the folder of an export: that it can be written into, and where each mailbox lies
 * in it. */
#ifndef PROGRAM_EXPORT_TREE_H
#define PROGRAM_EXPORT_TREE_H

#include <stdbool.h>

#include "marker.h"
#include "writer.h"

/* Make the folder, or find that it is empty or an earlier export in the same format, whose marker is
 * `before_out`. When it is neither, says so on stderr and returns false. */
bool export_tree_prepare(
	const char *path, const struct writer_ops *format, struct marker *before_out);

/* Add a mailbox, whose place is not known yet. False when memory is out. */
bool export_tree_add(struct marker *tree, const struct writer_ops *format, const char *name,
	unsigned special_use);

/* Give each mailbox its place: the one it had before, else one that differs from all others by more
 * than the case of letters; what was seen of it stays with it. Mailboxes of before that are gone are
 * kept in the tree. 0 or an errno. */
int export_tree_place(
	struct marker *tree, const struct marker *before, const struct writer_ops *format);

#endif
