/* mutants_read.c - broken ops that read mailboxes. */
#include "mutants.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

static int recent_again(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	int r = wrap_snapshot(mailbox, call, snapshot_out);
	return r < 0 ? r : roost_uidset_copy(&snapshot_out->recent, &snapshot_out->uids);
}

static void tell_recent_twice(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = recent_again;
}

static int recent_taken_always(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	struct roost_open_options changed = *options;
	changed.select = true;
	changed.read_only = false;
	return wrap_get_mailbox(user, call, name, &changed, mailbox_out);
}

static void take_recent_always(struct wrap *wrap)
{
	wrap->user_ops.get_mailbox = recent_taken_always;
}

static int next_by_last(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	int r = wrap_snapshot(mailbox, call, snapshot_out);
	if (r == 0) {
		snapshot_out->uid_next = roost_uidset_last(&snapshot_out->uids) + 1;
	}
	return r;
}

static void let_uid_next_fall(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = next_by_last;
}

static int one_validity(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	int r = wrap_snapshot(mailbox, call, snapshot_out);
	if (r == 0) {
		snapshot_out->uid_validity = 1;
	}
	return r;
}

static void keep_validity(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = one_validity;
}

static int first_unseen_one(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	int r = wrap_snapshot(mailbox, call, snapshot_out);
	if (r == 0) {
		snapshot_out->first_unseen = roost_uidset_first(&snapshot_out->uids);
	}
	return r;
}

static void tell_first_as_unseen(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = first_unseen_one;
}

/* The numbers are those of a later instant than the UIDs. */
static int torn(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	int r = wrap_snapshot(mailbox, call, snapshot_out);
	for (unsigned i = 0; r == 0 && i < 2000; i++) {
		struct roost_snapshot later = { .size = sizeof(later) };
		r = wrap_snapshot(mailbox, call, &later);
		bool changed = r == 0 && later.unseen_count != snapshot_out->unseen_count;
		if (changed) {
			snapshot_out->unseen_count = later.unseen_count;
		}
		if (r == 0) {
			r = roost_uidset_add_set(&snapshot_out->recent, &later.recent);
		}
		roost_snapshot_clear(&later);
		if (changed) {
			break;
		}
		(void)sched_yield();
	}
	return r;
}

static void tear_snapshots(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = torn;
}

static int reborn(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	int r = wrap_snapshot(mailbox, call, snapshot_out);
	if (r != ROOST_ERR_NO_SUCH_MAILBOX) {
		return r;
	}
	const struct roost_open_options options = { .size = sizeof(options) };
	struct roost_mailbox *again;
	r = wrap_get_mailbox(mailbox->user, call, mailbox->name, &options, &again);
	if (r == 0) {
		r = wrap_snapshot(again, call, snapshot_out);
		again->ops->close(again);
	}
	return r;
}

static void follow_names(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = reborn;
}

static int note_highest(void *context, const struct roost_message *message)
{
	uint64_t *highest = context;
	*highest = message->modseq > *highest ? message->modseq : *highest;
	return 0;
}

static int modseq_of_messages(
	struct roost_mailbox *mailbox, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = ROOST_MESSAGE_MODSEQ,
	};
	int r = wrap_snapshot(mailbox, call, snapshot_out);
	if (r == 0) {
		snapshot_out->highest_modseq = 1;
		r = wrap_list_messages(mailbox, call, &snapshot_out->uids, &options, note_highest,
			&snapshot_out->highest_modseq);
	}
	return r;
}

static void forget_modseq_of_expunge(struct wrap *wrap)
{
	wrap->mailbox_ops.snapshot = modseq_of_messages;
}

static int poll_by_snapshot(struct roost_mailbox *mailbox, struct roost_call *call)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	int r = wrap_snapshot(mailbox, call, &snapshot);
	roost_snapshot_clear(&snapshot);
	return r;
}

static void take_recent_in_poll(struct wrap *wrap)
{
	wrap->mailbox_ops.poll = poll_by_snapshot;
}

/* What a broken list_messages does to each message. */
struct filter {
	roost_message_fn deliver;
	void *context;
	int (*change)(struct filter *filter, struct roost_message *message);
};

static int filter_message(void *context, const struct roost_message *message)
{
	struct filter *filter = context;
	struct roost_message changed = *message;
	return filter->change(filter, &changed);
}

static int list_changed(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context,
	int (*change)(struct filter *filter, struct roost_message *message))
{
	struct filter filter = { deliver, context, change };
	return wrap_list_messages(mailbox, call, uids, options, filter_message, &filter);
}

static int go_on(struct filter *filter, struct roost_message *message)
{
	int r = filter->deliver(filter->context, message);
	return r == ROOST_STOP ? 0 : r;
}

static int list_on(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, go_on);
}

static void list_on_after_stop(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_on;
}

static int stop_on_error(struct filter *filter, struct roost_message *message)
{
	return filter->deliver(filter->context, message) == 0 ? 0 : ROOST_STOP;
}

static int list_without_error(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, stop_on_error);
}

static void swallow_errors(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_without_error;
}

static int one_octet_more(struct filter *filter, struct roost_message *message)
{
	message->octets++;
	return filter->deliver(filter->context, message);
}

static int list_with_more_octets(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, one_octet_more);
}

static void count_octets_wrong(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_with_more_octets;
}

static int twice(struct filter *filter, struct roost_message *message)
{
	int r = filter->deliver(filter->context, message);
	return r == 0 ? filter->deliver(filter->context, message) : r;
}

static int list_twice(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, twice);
}

static void deliver_twice(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_twice;
}

static int broken_outline(struct filter *filter, struct roost_message *message)
{
	char bytes[4096];
	if (message->outline != NULL && message->outline_size > 8 &&
		message->outline_size <= sizeof(bytes)) {
		memcpy(bytes, message->outline, message->outline_size);
		message->outline = bytes;
		message->outline_size -= 8;
	}
	return filter->deliver(filter->context, message);
}

static int list_with_broken_outlines(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, broken_outline);
}

static void cut_outlines(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_with_broken_outlines;
}

static int list_everything(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct roost_uidset hull = ROOST_UIDSET_EMPTY;
	int r = 0;
	if (uids->count > 0) {
		r = roost_uidset_add_range(
			&hull, roost_uidset_first(uids), roost_uidset_last(uids));
	}
	if (r == 0) {
		r = wrap_list_messages(mailbox, call, &hull, options, deliver, context);
	}
	roost_uidset_clear(&hull);
	return r;
}

static void list_what_was_not_asked(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_everything;
}

static int list_unchanged_too(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct roost_fetch_options all = *options;
	all.changed_since = 0;
	return wrap_list_messages(mailbox, call, uids, &all, deliver, context);
}

static void ignore_changed_since(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_unchanged_too;
}

static int list_without_dates(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct roost_fetch_options less = *options;
	less.fields &= ~(unsigned)ROOST_MESSAGE_INTERNAL_DATE;
	return wrap_list_messages(mailbox, call, uids, &less, deliver, context);
}

static void forget_fields(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_without_dates;
}

static int search_all(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	struct roost_uidset all = ROOST_UIDSET_EMPTY;
	(void)within;
	int r = roost_uidset_add_range(&all, 1, UINT32_MAX);
	if (r == 0) {
		r = wrap_search_messages(mailbox, call, search, &all, uids_out);
	}
	roost_uidset_clear(&all);
	return r;
}

static void search_without_limits(struct wrap *wrap)
{
	wrap->mailbox_ops.search_messages = search_all;
}

static int search_anew(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	roost_uidset_clear(uids_out);
	return wrap_search_messages(mailbox, call, search, within, uids_out);
}

static void replace_results(struct wrap *wrap)
{
	wrap->mailbox_ops.search_messages = search_anew;
}

static int search_or_as_and(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	struct roost_search changed = *search;
	if (changed.key == ROOST_SEARCH_OR) {
		changed.key = ROOST_SEARCH_AND;
	}
	return wrap_search_messages(mailbox, call, &changed, within, uids_out);
}

static void confuse_or_with_and(struct wrap *wrap)
{
	wrap->mailbox_ops.search_messages = search_or_as_and;
}

static int nothing_vanished(struct roost_mailbox *mailbox, struct roost_call *call, uint64_t modseq,
	struct roost_uidset *vanished_out)
{
	(void)mailbox;
	(void)call;
	(void)modseq;
	(void)vanished_out;
	return 0;
}

static void forget_vanished(struct wrap *wrap)
{
	wrap->mailbox_ops.changed_since = nothing_vanished;
}

static int all_vanished(struct roost_mailbox *mailbox, struct roost_call *call, uint64_t modseq,
	struct roost_uidset *vanished_out)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	(void)modseq;
	int r = wrap_snapshot(mailbox, call, &snapshot);
	if (r == 0) {
		r = roost_uidset_add_range(vanished_out, 1, snapshot.uid_next);
	}
	roost_snapshot_clear(&snapshot);
	return r;
}

static void tell_all_as_vanished(struct wrap *wrap)
{
	wrap->mailbox_ops.changed_since = all_vanished;
}

static int id_of_uid(struct filter *filter, struct roost_message *message)
{
	char id[32];
	int n = snprintf(id, sizeof(id), "M%u", (unsigned)message->uid);
	message->email_id = (struct roost_text) { id, (size_t)n };
	return filter->deliver(filter->context, message);
}

static int list_with_ids_of_uids(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, id_of_uid);
}

static void make_ids_of_uids(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_with_ids_of_uids;
}

static int own_thread(struct filter *filter, struct roost_message *message)
{
	char id[64];
	if ((message->has & ROOST_MESSAGE_EMAIL_ID) != 0) {
		int n = snprintf(id, sizeof(id), "T%.*s", (int)message->email_id.size,
			message->email_id.bytes);
		message->thread_id = (struct roost_text) { id, (size_t)n };
	}
	return filter->deliver(filter->context, message);
}

static int list_with_own_threads(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, own_thread);
}

static void thread_nothing(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_with_own_threads;
}

static int thread_of_mailbox(struct filter *filter, struct roost_message *message)
{
	message->thread_id = (struct roost_text) { "T1", 2 };
	return filter->deliver(filter->context, message);
}

static int list_with_one_thread(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, thread_of_mailbox);
}

static void thread_everything(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_with_one_thread;
}

static int saved_when_received(struct filter *filter, struct roost_message *message)
{
	message->save_date = message->internal_date;
	return filter->deliver(filter->context, message);
}

static int list_with_wrong_save_dates(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return list_changed(mailbox, call, uids, options, deliver, context, saved_when_received);
}

static void confuse_dates(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_with_wrong_save_dates;
}

static int status_with_id_of_name(struct roost_user *user, struct roost_call *call,
	const char *name, unsigned items, struct roost_mailbox_status *status_out)
{
	int r = wrap_mailbox_status(user, call, name, items, status_out);
	if (r == 0) {
		const char *copy = roost_call_strndup(call, name, strlen(name));
		status_out->mailbox_id =
			(struct roost_text) { copy, copy == NULL ? 0 : strlen(name) };
	}
	return r;
}

static void make_ids_of_names(struct wrap *wrap)
{
	wrap->user_ops.mailbox_status = status_with_id_of_name;
}

static int list_half(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	int r = wrap_list_messages(mailbox, call, uids, options, deliver, context);
	return r == 0 && !roost_call_may_wait(call) ? ROOST_ERR_WOULD_BLOCK : r;
}

static void block_too_late(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_half;
}

static int list_never(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	return (options->fields & ROOST_MESSAGE_OUTLINE) != 0
		       ? ROOST_ERR_WOULD_BLOCK
		       : wrap_list_messages(mailbox, call, uids, options, deliver, context);
}

static void block_always(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_never;
}

static int list_few(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct roost_uidset few = ROOST_UIDSET_EMPTY;
	int r = roost_uidset_copy(&few, uids);
	if (r == 0 && !roost_call_may_wait(call)) {
		r = roost_uidset_remove_range(&few, 100, UINT32_MAX);
	}
	if (r == 0) {
		r = wrap_list_messages(mailbox, call, &few, options, deliver, context);
	}
	roost_uidset_clear(&few);
	return r;
}

static void list_what_is_quick(struct wrap *wrap)
{
	wrap->mailbox_ops.list_messages = list_few;
}

static int search_half(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	int r = wrap_search_messages(mailbox, call, search, within, uids_out);
	return r == 0 && !roost_call_may_wait(call) ? ROOST_ERR_WOULD_BLOCK : r;
}

static void search_too_late(struct wrap *wrap)
{
	wrap->mailbox_ops.search_messages = search_half;
}

static int search_few(struct roost_mailbox *mailbox, struct roost_call *call,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids_out)
{
	int r = wrap_search_messages(mailbox, call, search, within, uids_out);
	return r == 0 && !roost_call_may_wait(call)
		       ? roost_uidset_remove_range(uids_out, 100, UINT32_MAX)
		       : r;
}

static void search_what_is_quick(struct wrap *wrap)
{
	wrap->mailbox_ops.search_messages = search_few;
}

static int poll_never(struct roost_mailbox *mailbox, struct roost_call *call)
{
	(void)mailbox;
	(void)call;
	return ROOST_ERR_WOULD_BLOCK;
}

static void block_in_poll(struct wrap *wrap)
{
	wrap->mailbox_ops.poll = poll_never;
}

const struct mutant mutants_read[] = {
	{ "tells recent twice", "recent/taken once", tell_recent_twice },
	{ "tells recent to two sessions", "sessions/recent claimed once", tell_recent_twice },
	{ "takes recent through any handle",
		"recent/stays on handles that are read-only or not selected", take_recent_always },
	{ "opens all for writing", "flags/read-only handle", take_recent_always },
	{ "lets uid_next fall", "snapshot/uid_next stays after expunge", let_uid_next_fall },
	{ "keeps one UID validity", "uid/validity changes on recreate", keep_validity },
	{ "keeps one UID validity on rename", "rename/to a name used before", keep_validity },
	{ "tells the first message as unseen", "snapshot/numbers", tell_first_as_unseen },
	{ "tears snapshots", "snapshot/atomic under concurrent writers", tear_snapshots },
	{ "counts no modseq for an expunge", "modseq/grows on expunge alone",
		forget_modseq_of_expunge },
	{ "takes \\Recent in poll", "poll/changes nothing", take_recent_in_poll },
	{ "follows names", "handle/recreated mailbox", follow_names },
	{ "lists on after STOP", "list/STOP is honoured", list_on_after_stop },
	{ "swallows errors of deliver", "list/error of deliver is returned", swallow_errors },
	{ "counts octets wrong", "list/octets are the size of the content", count_octets_wrong },
	{ "delivers twice", "list/ascending and only what was asked for", deliver_twice },
	{ "lists what was not asked for", "list/ascending and only what was asked for",
		list_what_was_not_asked },
	{ "forgets a field", "list/options fields are honoured", forget_fields },
	{ "cuts outlines", "append/outline is kept and can be opened", cut_outlines },
	{ "ignores changed_since", "list/changed_since", ignore_changed_since },
	{ "searches outside", "search/each key equals a plain scan", search_without_limits },
	{ "replaces results", "search/adds to the set given", replace_results },
	{ "confuses OR with AND", "search/random trees equal a plain scan", confuse_or_with_and },
	{ "makes email ids of UIDs", "object id/of copies", make_ids_of_uids },
	{ "threads nothing", "object id/of threads", thread_nothing },
	{ "threads everything", "object id/of threads", thread_everything },
	{ "takes the internal date for the save date", "save date/of copies", confuse_dates },
	{ "makes mailbox ids of names", "object id/of mailboxes", make_ids_of_names },
	{ "forgets what vanished", "changed_since/vanished", forget_vanished },
	{ "delivers, then would block", "try/list is all or nothing", block_too_late },
	{ "would block where it may wait", "try/list is all or nothing", block_always },
	{ "lists what is quick", "try/list is all or nothing", list_what_is_quick },
	{ "finds, then would block", "try/search is all or nothing", search_too_late },
	{ "finds what is quick", "try/search is all or nothing", search_what_is_quick },
	{ "would block in any poll", "try/poll", block_in_poll },
	{ "tells too much as vanished", "changed_since/vanished", tell_all_as_vanished },
};
const size_t mutants_read_count = sizeof(mutants_read) / sizeof(mutants_read[0]);
