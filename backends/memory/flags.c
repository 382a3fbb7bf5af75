/* flags.c - changing flags: first what becomes of each message, then all at once. */
#include "plan.h"

#include <stdlib.h>

/* What STORE does to one message. */
struct change_step {
	size_t index;
	bool changed;
	struct memory_entry told; /* as it is afterwards; only the keywords are referenced */
};

struct change_plan {
	struct change_step *steps;
	size_t count, capacity;
	size_t changed;
	struct memory_keywords *given; /* of the change, as the mailbox spells them */
	struct roost_uidset modified;
	/* Neighbours often have the same keywords: what the last ones became. */
	struct memory_keywords *last_before, *last_after;
	bool has_last;
};

static void change_plan_finish(struct change_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		memory_keywords_unref(plan->steps[i].told.keywords);
	}
	free(plan->steps);
	memory_keywords_unref(plan->given);
	roost_uidset_clear(&plan->modified);
}

static unsigned change_system(unsigned system, const struct roost_flags_change *change)
{
	unsigned given = change->flags.system & ROOST_FLAGS_ALL_SYSTEM;
	switch (change->mode) {
	case ROOST_FLAGS_ADD:
		return system | given;
	case ROOST_FLAGS_REMOVE:
		return system & ~given;
	case ROOST_FLAGS_SET:
		break;
	}
	return given;
}

/* Room for one more step. */
static int change_plan_reserve(struct change_plan *plan)
{
	if (plan->count < plan->capacity) {
		return 0;
	}
	size_t capacity = plan->capacity == 0 ? 16 : plan->capacity * 2;
	struct change_step *steps = realloc(plan->steps, capacity * sizeof(*steps));
	if (steps == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	plan->steps = steps;
	plan->capacity = capacity;
	return 0;
}

static int plan_step(struct change_plan *plan, const struct memory_messages *messages, size_t index,
	const struct roost_flags_change *change)
{
	const struct memory_entry *entry = &messages->entries[index];
	int r = change_plan_reserve(plan);
	if (r < 0) {
		return r;
	}
	struct memory_keywords *keywords;
	if (plan->has_last && entry->keywords == plan->last_before) {
		keywords = memory_keywords_ref(plan->last_after);
	} else {
		r = memory_keywords_change(entry->keywords, change->mode, plan->given, &keywords);
		if (r < 0) {
			return r;
		}
		plan->has_last = true;
		plan->last_before = entry->keywords;
		plan->last_after = keywords;
	}
	struct change_step *step = &plan->steps[plan->count++];
	*step = (struct change_step) { .index = index, .told = *entry };
	step->told.message = NULL;
	step->told.system = change_system(entry->system, change);
	step->told.keywords = keywords;
	step->changed = step->told.system != entry->system ||
			!memory_keywords_equal(keywords, entry->keywords);
	plan->changed += step->changed;
	return 0;
}

static int plan_change(struct change_plan *plan, struct roost_call *call,
	struct memory_messages *messages, const struct roost_uidset *uids,
	const struct roost_flags_change *change)
{
	struct memory_cursor cursor = { .range = 0 };
	size_t total = memory_count_most(messages, uids);
	size_t index;
	int r = memory_messages_adopt(messages, change->flags.keywords, change->flags.keyword_count,
		change->mode != ROOST_FLAGS_REMOVE, &plan->given);
	if (r < 0) {
		return r;
	}
	for (size_t done = 0; memory_cursor_next(&cursor, messages, uids, &index); done++) {
		const struct memory_entry *entry = &messages->entries[index];
		if (change->has_unchanged_since && entry->modseq > change->unchanged_since) {
			r = roost_uidset_add(&plan->modified, entry->uid);
		} else {
			r = plan_step(plan, messages, index, change);
		}
		if (r == 0) {
			r = memory_go_on(call, done, total);
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static void commit_change(struct change_plan *plan, struct memory_messages *messages)
{
	uint64_t modseq = messages->modseq + (plan->changed > 0);
	messages->modseq = modseq;
	for (size_t i = 0; i < plan->count; i++) {
		struct change_step *step = &plan->steps[i];
		if (step->changed) {
			step->told.modseq = modseq;
			memory_messages_set_flags(messages, &messages->entries[step->index],
				step->told.system, memory_keywords_ref(step->told.keywords),
				modseq);
		}
	}
}

int memory_update_messages_flags(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct memory_messages *messages = &handle->mailbox->messages;
	struct change_plan plan = { .count = 0 };
	int r = memory_check_writable(handle, call);
	if (r < 0) {
		return r;
	}
	r = memory_mailbox_lock_write(handle->mailbox, call, handle->epoch);
	if (r < 0) {
		return r;
	}
	r = plan_change(&plan, call, messages, uids, change);
	if (r == 0 && modified_out != NULL) {
		r = roost_uidset_add_set(modified_out, &plan.modified);
	}
	if (r == 0) {
		commit_change(&plan, messages);
	}
	memory_mailbox_unlock(handle->mailbox);
	if (r < 0) {
		r = memory_explain(call, r);
	}
	for (size_t i = 0; r == 0 && deliver != NULL && i < plan.count; i++) {
		r = memory_handle_deliver(
			&plan.steps[i].told, ROOST_MESSAGE_FLAGS, deliver, context);
	}
	change_plan_finish(&plan);
	return r == ROOST_STOP ? 0 : r;
}
