/* mbox_tree.h - which files of a folder are mbox files, and what their mailboxes are called. */
#ifndef PROGRAM_MBOX_TREE_H
#define PROGRAM_MBOX_TREE_H

#include "found.h"
#include "source.h"

/* Find the source's mbox files; one that cannot be read is noted. False when memory is out.
 *
 * "Work.mbox", "Work" and Apple's "Work.mbox/mbox" are called Work; what lies in "Work/" or
 * Thunderbird's "Work.sbd/" is called Work/…. */
bool mbox_tree_find(struct found *found, const struct source *source, struct deposit *deposit);

#endif
