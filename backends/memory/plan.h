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
/* Tell how many messages are done, and look, when it is time for it, whether the call was cancelled. */
int memory_go_on(struct roost_call *call, size_t done, size_t total);
/* How many messages of the mailbox can be in `uids`, at most. */
size_t memory_count_most(const struct memory_messages *messages, const struct roost_uidset *uids);
/* Give the call a text for what the functions of messages.h and keywords.h fail with, and return
 * the error. */
int memory_explain(struct roost_call *call, int error);

/* write.c: plan `count` new messages, as the op is given them. Errors are explained. */
int memory_plan_new(struct memory_plan *plan, struct memory_account *account,
	struct roost_call *call, const struct roost_new_message *messages, size_t count);

/* copy.c */

/* Lock both for writing, in the order that all keep; one that is both is locked once. */
int memory_lock_both(struct memory_handle *handle, struct memory_mailbox *to, uint64_t epoch,
	struct roost_call *call);
/* Hand the two sets to the result; both are empty afterwards. */
void memory_tell_result(struct roost_copy_result *result_out, uint32_t uid_validity,
	struct roost_uidset *source, struct roost_uidset *destination);

#endif
