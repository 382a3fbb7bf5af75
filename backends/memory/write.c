/* write.c - the ops that add messages and remove them. Each prepares all that can fail, and then
 * changes. */
#include "plan.h"

static int check_size(struct memory_account *account, struct roost_call *call,
	const struct roost_content *content)
{
	uint64_t limit = memory_account_append_limit(account);
	if (content->size > limit) {
		return roost_call_failf(call, ROOST_ERR_TOO_BIG,
			"A message may have %llu octets, this one has %llu",
			(unsigned long long)limit, (unsigned long long)content->size);
	}
	return 0;
}

static int create_message(struct memory_account *account, const struct roost_new_message *given,
	struct memory_message **message_out)
{
	struct memory *memory = account->memory;
	struct memory_ids ids = { .started = memory->started };
	ids.email = atomic_fetch_add(&memory->email_id, 1) + 1;
	int r = memory_threads_join(
		&account->threads, ids.email, given->outline, given->outline_size, &ids.thread);
	return r < 0 ? r : memory_message_create(given, &ids, message_out);
}

int memory_plan_new(struct memory_plan *plan, struct memory_account *account,
	struct roost_call *call, const struct roost_new_message *messages, size_t count)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = check_size(account, call, messages[i].content);
	}
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct memory_entry entry = {
			.uid = messages[i].wanted_uid,
			.system = messages[i].flags.system & ROOST_FLAGS_ALL_SYSTEM,
		};
		roost_call_progress(call, i, count);
		if (roost_call_cancelled(call)) {
			return roost_call_fail(
				call, ROOST_ERR_CANCELLED, "The command was cancelled");
		}
		r = create_message(account, &messages[i], &entry.message);
		if (r == 0) {
			r = memory_plan_add(plan, entry);
		}
	}
	return r < 0 ? memory_explain(call, r) : 0;
}

/* Number the planned entries and add them to the mailbox, which is locked. */
static int append(struct memory_messages *messages, const struct roost_new_message *given,
	struct memory_plan *plan, struct roost_uidset *uids_out)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	int r = 0;
	for (size_t i = 0; r == 0 && i < plan->count; i++) {
		r = memory_messages_adopt(messages, given[i].flags.keywords,
			given[i].flags.keyword_count, true, &plan->entries[i].keywords);
	}
	if (r == 0) {
		r = memory_messages_number(messages, plan->entries, plan->count, &plan->added);
	}
	if (r == 0) {
		r = roost_uidset_copy(&uids, uids_out);
	}
	if (r == 0) {
		r = roost_uidset_add_set(&uids, &plan->added);
	}
	if (r == 0) {
		r = memory_messages_append(messages, plan->entries, plan->count, &plan->added);
	}
	if (r < 0) {
		roost_uidset_clear(&uids);
		return r;
	}
	memory_plan_commit(plan);
	roost_uidset_clear(uids_out);
	*uids_out = uids;
	return 0;
}

int memory_create_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct memory_plan plan = { .count = 0 };
	int r = memory_check_writable(handle, call);
	if (r < 0) {
		return r;
	}
	r = memory_plan_new(&plan, handle->account, call, messages, count);
	if (r < 0) {
		goto done;
	}
	uint64_t octets = plan.octets;
	r = memory_account_take(handle->account, call, octets);
	if (r < 0) {
		goto done;
	}
	r = memory_mailbox_lock_write(handle->mailbox, call, handle->epoch);
	if (r == 0) {
		r = memory_explain(
			call, append(&handle->mailbox->messages, messages, &plan, uids_out));
		memory_mailbox_unlock(handle->mailbox);
	}
	if (r < 0) {
		memory_account_give_back(handle->account, octets);
	}
done:
	memory_plan_finish(&plan);
	return r;
}

/* Which messages with \Deleted there are, among `only` unless it is NULL. */
static int find_deleted(const struct memory_messages *messages, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *deleted_out)
{
	struct roost_uid_range everything = { 1, UINT32_MAX };
	const struct roost_uidset all = { &everything, 1, 1 };
	const struct roost_uidset *uids = only == NULL ? &all : only;
	size_t total = memory_count_most(messages, uids);
	struct memory_cursor cursor = { .range = 0 };
	uint64_t left = messages->deleted;
	size_t index;
	for (size_t done = 0; left > 0 && memory_cursor_next(&cursor, messages, uids, &index);
		done++) {
		int r = memory_go_on(call, done, total);
		if (r == 0 && (messages->entries[index].system & ROOST_FLAG_DELETED) != 0) {
			r = roost_uidset_add(deleted_out, messages->entries[index].uid);
			left--;
		}
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int memory_expunge(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct memory_messages *messages = &handle->mailbox->messages;
	struct memory_removal removal = { .count = 0 };
	int r = memory_check_writable(handle, call);
	if (r < 0) {
		return r;
	}
	r = memory_mailbox_lock_write(handle->mailbox, call, handle->epoch);
	if (r < 0) {
		return r;
	}
	uint64_t octets = messages->octets;
	r = find_deleted(messages, call, only, &removal.doomed);
	if (r == 0) {
		r = memory_removal_prepare(&removal, messages);
	}
	if (r == 0) {
		r = roost_uidset_add_set(expunged_out, &removal.doomed);
	}
	if (r == 0) {
		memory_messages_remove(messages, &removal);
		memory_account_give_back(handle->account, octets - messages->octets);
	}
	memory_mailbox_unlock(handle->mailbox);
	memory_removal_finish(&removal);
	return r < 0 ? memory_explain(call, r) : 0;
}
