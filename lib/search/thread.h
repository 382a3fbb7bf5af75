/* thread.h - messages in the threads that THREAD groups them in. RFC 5256, and draft-ietf-morg-inthread for REFS. */
#ifndef SEARCH_THREAD_H
#define SEARCH_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

#include "grammar/sort_key.h"

/* A message in its thread. Nodes are named by their places in the array; 0 is none, and as a parent the root. */
struct thread_node {
	uint32_t uid; /* 0: a parent that is not among the messages, with at least two children */
	uint32_t parent;
	uint32_t first_child;
	uint32_t next; /* sibling */
};

struct threader;

/* ROOST_ERR_NO_MEMORY. */
int threader_create(enum thread_algorithm algorithm, struct threader **threader_out);
void threader_destroy(struct threader *threader); /* NULL is allowed */

/* The next message of the mailbox, in the order of UIDs, with its record (thread_record.h): of all messages by the same
 * comparator. ROOST_ERR_NO_MEMORY. */
int threader_add(struct threader *threader, uint32_t uid, struct roost_text record);
/* The threads: nodes_out[0] is the root, with the first thread as its first child. Siblings are ordered by sent
 * date, and then as they came; threads of REFS by their newest message. Lives as long as the threader. Called once, last. ROOST_ERR_NO_MEMORY. */
int threader_build(struct threader *threader, const struct thread_node **nodes_out);

#endif
