/* copy.c - copying and moving messages to another mailbox of the user. */
#include "plan.h"

/* Gather references to the messages in `uids`, with the lock of the source. */
static int gather(const struct memory_messages *messages, struct roost_call *call,
	const struct roost_uidset *uids, struct memory_plan *plan, struct roost_uidset *source_out)
{
	struct memory_cursor cursor = { .range = 0 };
	size_t total = memory_count_most(messages, uids);
	size_t index;
	while (memory_cursor_next(&cursor, messages, uids, &index)) {
		struct memory_entry entry = memory_entry_ref(&messages->entries[index]);
		int r = memory_plan_add(plan, entry);
		if (r == 0) {
			r = roost_uidset_add(source_out, entry.uid);
		}
		if (r == 0) {
			r = memory_go_on(call, plan->count, total);
		}
		if (r < 0) {
			return r;
		}
		plan->entries[plan->count - 1].uid = 0;
	}
	return 0;
}

/* Keywords as the destination spells them, and UIDs there. With its lock. */
static int settle(struct memory_messages *messages, struct memory_plan *plan)
{
	const struct memory_keywords *before = NULL;
	struct memory_keywords *after = NULL;
	for (size_t i = 0; i < plan->count; i++) {
		struct memory_keywords *keywords = plan->entries[i].keywords;
		if (keywords == NULL) {
			continue;
		}
		if (keywords == before) {
			plan->entries[i].keywords = memory_keywords_ref(after);
			memory_keywords_unref(keywords);
			continue;
		}
		int r = memory_messages_adopt(
			messages, keywords->names, keywords->count, true, &after);
		if (r < 0) {
			return r;
		}
		/* If the next one has it too, it holds it, so that no other has its address. */
		before = keywords;
		plan->entries[i].keywords = after;
		memory_keywords_unref(keywords);
	}
	return memory_messages_number(messages, plan->entries, plan->count, &plan->added);
}

void memory_tell_result(struct roost_copy_result *result_out, uint32_t uid_validity,
	struct roost_uidset *source, struct roost_uidset *destination)
{
	roost_uidset_clear(&result_out->source);
	roost_uidset_clear(&result_out->destination);
	result_out->uid_validity = uid_validity;
	result_out->source = *source;
	result_out->destination = *destination;
	*source = (struct roost_uidset)ROOST_UIDSET_EMPTY;
	*destination = (struct roost_uidset)ROOST_UIDSET_EMPTY;
}

/* Add the gathered messages to the destination. */
static int copy_into(struct memory_mailbox *to, uint64_t epoch, struct roost_call *call,
	struct memory_plan *plan, struct roost_uidset *source, struct roost_copy_result *result_out)
{
	int r = memory_mailbox_lock_write(to, call, epoch);
	if (r < 0) {
		return r;
	}
	r = settle(&to->messages, plan);
	if (r == 0) {
		r = memory_messages_append(&to->messages, plan->entries, plan->count, &plan->added);
	}
	if (r == 0) {
		memory_plan_commit(plan);
		memory_tell_result(result_out, to->uid_validity, source, &plan->added);
	}
	memory_mailbox_unlock(to);
	return r < 0 ? memory_explain(call, r) : 0;
}

int memory_copy_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct memory_plan plan = { .count = 0 };
	struct roost_uidset source = ROOST_UIDSET_EMPTY;
	struct memory_mailbox *to;
	uint64_t epoch;
	int r = memory_tree_open(&handle->account->tree, call, destination, &to, &epoch);
	if (r < 0) {
		return r;
	}
	r = memory_mailbox_lock_read(handle->mailbox, call, handle->epoch);
	if (r == 0) {
		r = gather(&handle->mailbox->messages, call, uids, &plan, &source);
		memory_mailbox_unlock(handle->mailbox);
		r = r < 0 ? memory_explain(call, r) : 0;
	}
	uint64_t octets = plan.octets;
	if (r == 0) {
		r = memory_account_take(handle->account, call, octets);
		if (r == 0) {
			r = copy_into(to, epoch, call, &plan, &source, result_out);
			if (r < 0) {
				memory_account_give_back(handle->account, octets);
			}
		}
	}
	memory_plan_finish(&plan);
	roost_uidset_clear(&source);
	memory_mailbox_unref(to);
	return r;
}

int memory_lock_both(struct memory_handle *handle, struct memory_mailbox *to, uint64_t epoch,
	struct roost_call *call)
{
	struct memory_mailbox *from = handle->mailbox;
	if (from == to) {
		return memory_mailbox_lock_write(from, call, handle->epoch);
	}
	bool from_first = from->uid_validity < to->uid_validity;
	struct memory_mailbox *first = from_first ? from : to, *second = from_first ? to : from;
	int r = memory_mailbox_lock_write(first, call, from_first ? handle->epoch : epoch);
	if (r < 0) {
		return r;
	}
	r = memory_mailbox_lock_write(second, call, from_first ? epoch : handle->epoch);
	if (r < 0) {
		memory_mailbox_unlock(first);
	}
	return r;
}

/* With both locks. */
static int move(struct memory_mailbox *from, struct memory_mailbox *to, struct roost_call *call,
	const struct roost_uidset *uids, struct memory_plan *plan, struct memory_removal *removal)
{
	int r = gather(&from->messages, call, uids, plan, &removal->doomed);
	if (r == 0) {
		r = settle(&to->messages, plan);
	}
	if (r == 0) {
		r = memory_removal_prepare(removal, &from->messages);
	}
	if (r == 0 && from == to) {
		r = roost_uidset_add_set(&removal->rest, &plan->added);
	}
	if (r == 0) {
		r = memory_messages_append(&to->messages, plan->entries, plan->count, &plan->added);
	}
	if (r == 0) {
		memory_plan_commit(plan);
		memory_messages_remove(&from->messages, removal);
	}
	return r;
}

int memory_move_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct memory_plan plan = { .count = 0 };
	struct memory_removal removal = { .count = 0 };
	struct memory_mailbox *to;
	uint64_t epoch;
	int r = memory_check_writable(handle, call);
	if (r < 0) {
		return r;
	}
	r = memory_tree_open(&handle->account->tree, call, destination, &to, &epoch);
	if (r < 0) {
		return r;
	}
	r = memory_lock_both(handle, to, epoch, call);
	if (r == 0) {
		r = move(handle->mailbox, to, call, uids, &plan, &removal);
		memory_mailbox_unlock(handle->mailbox);
		if (to != handle->mailbox) {
			memory_mailbox_unlock(to);
		}
		if (r < 0) {
			r = memory_explain(call, r);
		} else {
			memory_tell_result(
				result_out, to->uid_validity, &removal.doomed, &plan.added);
		}
	}
	memory_plan_finish(&plan);
	memory_removal_finish(&removal);
	memory_mailbox_unref(to);
	return r;
}
