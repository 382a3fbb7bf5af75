/* mutants_write.c - broken ops that change mailboxes. */
#include "mutants.h"

#include <stdlib.h>
#include <string.h>

/* Store copies of the messages, each changed. */
static int create_changed(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out,
	void (*change)(struct roost_new_message *message))
{
	struct roost_new_message *changed = calloc(count + 1, sizeof(*changed));
	if (changed == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		changed[i] = messages[i];
		change(&changed[i]);
	}
	int r = wrap_create_messages(mailbox, call, changed, count, uids_out);
	free(changed);
	return r;
}

static void without_keywords(struct roost_new_message *message)
{
	message->flags.keyword_count = 0;
}

static int create_without_keywords(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	return create_changed(mailbox, call, messages, count, uids_out, without_keywords);
}

static void lose_keywords(struct wrap *wrap)
{
	wrap->mailbox_ops.create_messages = create_without_keywords;
}

static void without_zone(struct roost_new_message *message)
{
	message->internal_date.zone = 0;
}

static int create_without_zone(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	return create_changed(mailbox, call, messages, count, uids_out, without_zone);
}

static void forget_zones(struct wrap *wrap)
{
	wrap->mailbox_ops.create_messages = create_without_zone;
}

static void without_wish(struct roost_new_message *message)
{
	message->wanted_uid = 0;
}

static int create_at_next_uid(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	return create_changed(mailbox, call, messages, count, uids_out, without_wish);
}

static void ignore_wanted_uids(struct wrap *wrap)
{
	wrap->mailbox_ops.create_messages = create_at_next_uid;
}

/* Looks whether the call is cancelled when half is stored. */
static int create_one_by_one(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	struct roost_call *deaf;
	int r = roost_call_create(&deaf, 0);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < count && r == 0; i++) {
		r = i > count / 2 && roost_call_cancelled(call)
			    ? ROOST_ERR_CANCELLED
			    : wrap_create_messages(mailbox, deaf, &messages[i], 1, &uids);
	}
	if (r == 0) {
		r = roost_uidset_add_set(uids_out, &uids);
	}
	roost_uidset_clear(&uids);
	roost_call_destroy(deaf);
	return r;
}

static void store_one_by_one(struct wrap *wrap)
{
	wrap->mailbox_ops.create_messages = create_one_by_one;
}

static int create_backwards(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct roost_new_message *turned = calloc(count + 1, sizeof(*turned));
	if (turned == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < count; i++) {
		turned[i] = messages[count - 1 - i];
	}
	int r = wrap_create_messages(mailbox, call, turned, count, uids_out);
	free(turned);
	return r;
}

static void store_backwards(struct wrap *wrap)
{
	wrap->mailbox_ops.create_messages = create_backwards;
}

static int create_to_nul(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct roost_new_message *cut = calloc(count + 1, sizeof(*cut));
	int r = cut == NULL ? ROOST_ERR_NO_MEMORY : 0;
	for (size_t i = 0; i < count && r == 0; i++) {
		const char *bytes = roost_content_pointer(messages[i].content);
		cut[i] = messages[i];
		r = roost_content_create_copy(
			bytes, strnlen(bytes, messages[i].content->size), &cut[i].content);
	}
	if (r == 0) {
		r = wrap_create_messages(mailbox, call, cut, count, uids_out);
	}
	for (size_t i = 0; i < count && cut != NULL; i++) {
		roost_content_unref(cut[i].content);
	}
	free(cut);
	return r;
}

static void cut_at_nul(struct wrap *wrap)
{
	wrap->mailbox_ops.create_messages = create_to_nul;
}

/* UIDs are counted from the lowest free one. */
static int create_from_lowest(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_new_message *messages, size_t count, struct roost_uidset *uids_out)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	int r = wrap_snapshot(mailbox, call, &snapshot);
	uint32_t last = roost_uidset_last(&snapshot.uids);
	roost_snapshot_clear(&snapshot);
	if (r == 0) {
		r = wrap_create_messages(mailbox, call, messages, count, &uids);
	}
	roost_uidset_clear(&uids);
	return r < 0 ? r : roost_uidset_add_range(uids_out, last + 1, last + (uint32_t)count);
}

static void reuse_uids(struct wrap *wrap)
{
	wrap->mailbox_ops.create_messages = create_from_lowest;
}

static int set_adds(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct roost_flags_change changed = *change;
	if (changed.mode == ROOST_FLAGS_SET) {
		changed.mode = ROOST_FLAGS_ADD;
	}
	return wrap_update_messages_flags(
		mailbox, call, uids, &changed, modified_out, deliver, context);
}

static void add_instead_of_set(struct wrap *wrap)
{
	wrap->mailbox_ops.update_messages_flags = set_adds;
}

static int flag_all(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct roost_uidset hull = ROOST_UIDSET_EMPTY;
	int r = roost_uidset_add_range(&hull, roost_uidset_first(uids), roost_uidset_last(uids));
	if (r == 0) {
		r = wrap_update_messages_flags(
			mailbox, call, &hull, change, modified_out, deliver, context);
	}
	roost_uidset_clear(&hull);
	return r;
}

static void flag_those_between(struct wrap *wrap)
{
	wrap->mailbox_ops.update_messages_flags = flag_all;
}

static int flag_anyway(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct roost_flags_change changed = *change;
	changed.has_unchanged_since = false;
	return wrap_update_messages_flags(
		mailbox, call, uids, &changed, modified_out, deliver, context);
}

static void ignore_unchanged_since(struct wrap *wrap)
{
	wrap->mailbox_ops.update_messages_flags = flag_anyway;
}

static int flag_silently(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	(void)deliver;
	(void)context;
	return wrap_update_messages_flags(mailbox, call, uids, change, modified_out, NULL, NULL);
}

static void deliver_no_flags(struct wrap *wrap)
{
	wrap->mailbox_ops.update_messages_flags = flag_silently;
}

/* Removing a keyword takes it from no message that spells it differently. */
static int remove_exactly(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_flags_change *change,
	struct roost_uidset *modified_out, roost_message_fn deliver, void *context)
{
	struct roost_flags_change changed = *change;
	if (changed.mode == ROOST_FLAGS_REMOVE && changed.flags.keyword_count == 1 &&
		strcmp(changed.flags.keywords[0], "wORK") == 0) {
		changed.flags.keyword_count = 0;
	}
	return wrap_update_messages_flags(
		mailbox, call, uids, &changed, modified_out, deliver, context);
}

static void mind_keyword_case(struct wrap *wrap)
{
	wrap->mailbox_ops.update_messages_flags = remove_exactly;
}

/* All but the last of a set. */
static int without_last(const struct roost_uidset *uids, struct roost_uidset *fewer_out)
{
	int r = roost_uidset_copy(fewer_out, uids);
	return r < 0 || uids->count == 0 ? r
					 : roost_uidset_remove(fewer_out, roost_uidset_last(uids));
}

static int copy_some(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	struct roost_uidset fewer = ROOST_UIDSET_EMPTY;
	int r = without_last(uids, &fewer);
	if (r == 0) {
		r = wrap_copy_messages(mailbox, call, &fewer, destination, result_out);
	}
	roost_uidset_clear(&fewer);
	return r;
}

static void copy_partially(struct wrap *wrap)
{
	wrap->mailbox_ops.copy_messages = copy_some;
}

static int copy_creating(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	const struct roost_create_options options = { .size = sizeof(options) };
	(void)wrap_create_mailbox(mailbox->user, call, destination, &options);
	return wrap_copy_messages(mailbox, call, uids, destination, result_out);
}

static void create_on_copy(struct wrap *wrap)
{
	wrap->mailbox_ops.copy_messages = copy_creating;
}

static int copy_untold(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	int r = wrap_copy_messages(mailbox, call, uids, destination, result_out);
	result_out->uid_validity++;
	return r;
}

static void tell_wrong_validity(struct wrap *wrap)
{
	wrap->mailbox_ops.copy_messages = copy_untold;
}

static void move_by_copy(struct wrap *wrap)
{
	wrap->mailbox_ops.move_messages = wrap_copy_messages;
}

static int remove_messages(
	struct roost_mailbox *mailbox, struct roost_call *call, const struct roost_uidset *uids)
{
	struct roost_uidset modified = ROOST_UIDSET_EMPTY, expunged = ROOST_UIDSET_EMPTY;
	struct roost_flags_change change = {
		.size = sizeof(change),
		.mode = ROOST_FLAGS_ADD,
		.flags = { .system = ROOST_FLAG_DELETED },
	};
	int r = wrap_update_messages_flags(mailbox, call, uids, &change, &modified, NULL, NULL);
	if (r == 0) {
		r = wrap_expunge(mailbox, call, uids, &expunged);
	}
	roost_uidset_clear(&modified);
	roost_uidset_clear(&expunged);
	return r;
}

static int move_losing(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	int r = wrap_move_messages(mailbox, call, uids, destination, result_out);
	if (r < 0) {
		(void)remove_messages(mailbox, call, uids);
	}
	return r;
}

static void lose_on_failed_move(struct wrap *wrap)
{
	wrap->mailbox_ops.move_messages = move_losing;
}

static int move_twice(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const char *destination,
	struct roost_copy_result *result_out)
{
	int r = wrap_copy_messages(mailbox, call, uids, destination, result_out);
	if (r == 0 && roost_call_cancelled(call)) {
		roost_uidset_clear(&result_out->source);
		roost_uidset_clear(&result_out->destination);
		return ROOST_ERR_CANCELLED;
	}
	return r < 0 ? r : remove_messages(mailbox, call, uids);
}

static void move_by_halves(struct wrap *wrap)
{
	wrap->mailbox_ops.move_messages = move_twice;
}

static int replace_losing(struct roost_mailbox *mailbox, struct roost_call *call, uint32_t uid,
	const char *destination, const struct roost_new_message *message,
	struct roost_copy_result *result_out)
{
	struct roost_uid_range range = { uid, uid };
	struct roost_uidset old = { &range, 1, 1 };
	int r = wrap_replace_message(mailbox, call, uid, destination, message, result_out);
	if (r < 0) {
		(void)remove_messages(mailbox, call, &old);
	}
	return r;
}

static void lose_on_failed_replace(struct wrap *wrap)
{
	wrap->mailbox_ops.replace_message = replace_losing;
}

static int expunge_any(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	(void)only;
	return wrap_expunge(mailbox, call, NULL, expunged_out);
}

static void ignore_only(struct wrap *wrap)
{
	wrap->mailbox_ops.expunge = expunge_any;
}

static int expunge_all(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	int r = wrap_snapshot(mailbox, call, &snapshot);
	if (r == 0 && only == NULL) {
		r = remove_messages(mailbox, call, &snapshot.uids);
	}
	if (r == 0 && only == NULL) {
		r = roost_uidset_add_set(expunged_out, &snapshot.uids);
	}
	roost_snapshot_clear(&snapshot);
	return r == 0 && only != NULL ? wrap_expunge(mailbox, call, only, expunged_out) : r;
}

static void expunge_what_is_not_deleted(struct wrap *wrap)
{
	wrap->mailbox_ops.expunge = expunge_all;
}

static int expunge_told_all(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	int r = wrap_expunge(mailbox, call, only, expunged_out);
	return r < 0 || only == NULL ? r : roost_uidset_add_set(expunged_out, only);
}

static void tell_all_as_expunged(struct wrap *wrap)
{
	wrap->mailbox_ops.expunge = expunge_told_all;
}

static int expunge_untold(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *only, struct roost_uidset *expunged_out)
{
	struct roost_uidset expunged = ROOST_UIDSET_EMPTY;
	(void)expunged_out;
	int r = wrap_expunge(mailbox, call, only, &expunged);
	roost_uidset_clear(&expunged);
	return r;
}

static void tell_no_expunge(struct wrap *wrap)
{
	wrap->mailbox_ops.expunge = expunge_untold;
}

const struct mutant mutants_write[] = {
	{ "loses keywords", "append/flags and keywords", lose_keywords },
	{ "loses keywords over a restart", "reopen/everything is still there", lose_keywords },
	{ "forgets the zone of dates", "append/internal date with its zone", forget_zones },
	{ "ignores wanted UIDs", "append/wanted UID", ignore_wanted_uids },
	{ "stores one by one", "append/all or none", store_one_by_one },
	{ "stops in the middle", "call/cancelled append", store_one_by_one },
	{ "stores backwards", "append/batch keeps its order", store_backwards },
	{ "cuts at a NUL", "append/content is byte-identical", cut_at_nul },
	{ "reuses UIDs", "uid/never reused after expunge", reuse_uids },
	{ "reuses UIDs after a restart", "reopen/UIDs are not reused", reuse_uids },
	{ "adds instead of setting", "flags/set replaces all", add_instead_of_set },
	{ "flags those between", "flags/only of the messages in the set", flag_those_between },
	{ "ignores unchanged_since", "flags/unchanged_since", ignore_unchanged_since },
	{ "lets two sessions win", "concurrent/unchanged_since", ignore_unchanged_since },
	{ "delivers no flags", "flags/new flags are delivered, ascending", deliver_no_flags },
	{ "minds the case of keywords", "flags/keywords in any case, spelled as they came first",
		mind_keyword_case },
	{ "copies partially", "copy/order, flags, dates and content kept", copy_partially },
	{ "creates on copy", "copy/to a missing mailbox", create_on_copy },
	{ "tells a wrong UID validity", "copy/order, flags, dates and content kept",
		tell_wrong_validity },
	{ "copies instead of moving", "move/order, flags, dates and content kept", move_by_copy },
	{ "loses the old message when it cannot be replaced", "replace/into a missing mailbox",
		lose_on_failed_replace },
	{ "loses messages when a move fails", "move/to a missing mailbox", lose_on_failed_move },
	{ "moves by halves", "call/cancelled move", move_by_halves },
	{ "moves twice", "concurrent/moves of the same messages", move_by_copy },
	{ "ignores the set of expunge", "expunge/only a set", ignore_only },
	{ "expunges what is not deleted", "expunge/all deleted", expunge_what_is_not_deleted },
	{ "tells all as expunged", "expunge/only a set", tell_all_as_expunged },
	{ "tells of no expunge", "expunge/all deleted", tell_no_expunge },
};
const size_t mutants_write_count = sizeof(mutants_write) / sizeof(mutants_write[0]);
