/* plan.h - entries that are to become messages of a mailbox, and what all ops that change messages
 * look at. */
#ifndef MEMORY_PLAN_H
#define MEMORY_PLAN_H

#include "memory.h"

struct memory_plan {
	struct memory_entry *entries;
	size_t count, capacity;
	uint64_t octets;
	struct roost_uidset added; /* their UIDs there */
};

void memory_plan_finish(struct memory_plan *plan);
/* Takes over the references of the entry, also on failure. ROOST_ERR_NO_MEMORY. */
int memory_plan_add(struct memory_plan *plan, struct memory_entry entry);
/* The entries belong to the mailbox now. */
void memory_plan_commit(struct memory_plan *plan);

int memory_check_writable(const struct memory_handle *handle, struct roost_call *call);
/* Look, when it is time for it, whether the call was cancelled. `done` counts messages. */
int memory_check_cancelled(struct roost_call *call, size_t done);
/* Give the call a text for what the functions of messages.h and keywords.h fail with, and return
 * the error. */
int memory_explain(struct roost_call *call, int error);

#endif
