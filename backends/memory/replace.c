/* replace.c - putting a new message in the place of an old one. */
#include "plan.h"

/* Prepare all that can fail, with both locks; then both happen. */
static int replace(struct memory_mailbox *from, struct memory_mailbox *to,
	const struct roost_new_message *given, struct memory_plan *plan,
	struct memory_removal *removal)
{
	struct memory_messages *messages = &to->messages;
	int r = memory_messages_adopt(messages, given->flags.keywords, given->flags.keyword_count,
		true, &plan->entries[0].keywords);
	if (r == 0) {
		r = memory_messages_number(messages, plan->entries, 1, &plan->added);
	}
	if (r == 0) {
		r = memory_removal_prepare(removal, &from->messages);
	}
	if (r == 0 && from == to) {
		r = roost_uidset_add_set(&removal->rest, &plan->added);
	}
	if (r == 0) {
		r = memory_messages_append(messages, plan->entries, 1, &plan->added);
	}
	if (r == 0) {
		memory_plan_commit(plan);
		memory_messages_remove(&from->messages, removal);
	}
	return r;
}

/* The octets of the old message. ROOST_ERR_EXPUNGED. */
static int find_old(const struct memory_messages *messages, struct roost_call *call, uint32_t uid,
	uint64_t *octets_out)
{
	size_t i = memory_messages_find(messages, uid);
	if (i == messages->count || messages->entries[i].uid != uid) {
		return roost_call_fail(
			call, ROOST_ERR_EXPUNGED, "The message to be replaced is gone");
	}
	*octets_out = messages->entries[i].message->content->size;
	return 0;
}

/* The same, with the quota: only what there is more of counts. */
static int replace_counted(struct memory_handle *handle, struct memory_mailbox *to,
	struct roost_call *call, uint32_t uid, const struct roost_new_message *given,
	struct memory_plan *plan, struct memory_removal *removal)
{
	struct memory_account *account = handle->account;
	uint64_t octets = plan->octets;
	uint64_t old = 0;
	int r = find_old(&handle->mailbox->messages, call, uid, &old);
	if (r < 0) {
		return r;
	}
	uint64_t more = octets > old ? octets - old : 0;
	r = memory_account_take(account, call, more);
	if (r < 0) {
		return r;
	}
	r = roost_uidset_add(&removal->doomed, uid);
	if (r == 0) {
		r = replace(handle->mailbox, to, given, plan, removal);
	}
	if (r < 0) {
		memory_account_give_back(account, more);
		return memory_explain(call, r);
	}
	memory_account_give_back(account, old > octets ? old - octets : 0);
	return 0;
}

static int replace_in(struct memory_handle *handle, struct memory_mailbox *to, uint64_t epoch,
	struct roost_call *call, uint32_t uid, const struct roost_new_message *given,
	struct roost_copy_result *result_out)
{
	struct memory_plan plan = { .count = 0 };
	struct memory_removal removal = { .count = 0 };
	int r = memory_plan_new(&plan, handle->account, call, given, 1);
	if (r == 0) {
		r = memory_lock_both(handle, to, epoch, call);
	}
	if (r == 0) {
		r = replace_counted(handle, to, call, uid, given, &plan, &removal);
		memory_mailbox_unlock(handle->mailbox);
		if (to != handle->mailbox) {
			memory_mailbox_unlock(to);
		}
		if (r == 0) {
			memory_tell_result(
				result_out, to->uid_validity, &removal.doomed, &plan.added);
		}
	}
	memory_plan_finish(&plan);
	memory_removal_finish(&removal);
	return r;
}

int memory_replace_message(struct roost_mailbox *base, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct memory_mailbox *to;
	uint64_t epoch;
	int r = memory_check_writable(handle, call);
	if (r == 0) {
		r = memory_tree_open(&handle->account->tree, call, destination, &to, &epoch);
	}
	if (r < 0) {
		return r;
	}
	r = replace_in(handle, to, epoch, call, uid, message, result_out);
	memory_mailbox_unref(to);
	return r;
}
