/* plan.c - entries that are to become messages of a mailbox. */
#include "plan.h"

#include <stdlib.h>

/* How many messages go by between two looks at whether the call was cancelled. */
#define CANCEL_EVERY 1024

void memory_plan_finish(struct memory_plan *plan)
{
	memory_entries_free(plan->entries, plan->count);
	roost_uidset_clear(&plan->added);
}

int memory_plan_add(struct memory_plan *plan, struct memory_entry entry)
{
	if (plan->count == plan->capacity) {
		size_t capacity = plan->capacity == 0 ? 4 : plan->capacity * 2;
		struct memory_entry *entries =
			realloc(plan->entries, capacity * sizeof(*plan->entries));
		if (entries == NULL) {
			memory_entry_unref(&entry);
			return ROOST_ERR_NO_MEMORY;
		}
		plan->entries = entries;
		plan->capacity = capacity;
	}
	plan->entries[plan->count++] = entry;
	plan->octets += entry.message->content->size;
	return 0;
}

void memory_plan_commit(struct memory_plan *plan)
{
	plan->count = 0;
}

int memory_check_writable(const struct memory_handle *handle, struct roost_call *call)
{
	if (handle->read_only) {
		return roost_call_fail(
			call, ROOST_ERR_READ_ONLY, "The mailbox was opened for reading only");
	}
	return 0;
}

int memory_go_on(struct roost_call *call, size_t done, size_t total)
{
	roost_call_progress(call, done, total);
	if (done % CANCEL_EVERY == 0 && roost_call_cancelled(call)) {
		return roost_call_fail(call, ROOST_ERR_CANCELLED, "The command was cancelled");
	}
	return 0;
}

size_t memory_count_most(const struct memory_messages *messages, const struct roost_uidset *uids)
{
	uint64_t size = roost_uidset_size(uids);
	return size < messages->count ? (size_t)size : messages->count;
}

int memory_explain(struct roost_call *call, int error)
{
	if (error == ROOST_ERR_LIMIT) {
		return roost_call_failf(call, error,
			"A message has at most %d keywords, a mailbox %d and 4294967294 UIDs",
			ROOST_MAX_KEYWORDS, MEMORY_MAX_SPELLINGS);
	}
	if (error == ROOST_ERR_NO_MEMORY) {
		return roost_call_fail(call, error, "The server has no memory left for this");
	}
	return error;
}
