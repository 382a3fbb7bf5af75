/* deposit.c - brings messages into a user's mailboxes, in batches, each only once. */
#include "deposit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/call.h>
#include <roost/error.h>

#include "batch.h"
#include "failures.h"
#include "flag_changes.h"
#include "progress.h"
#include "recovery.h"
#include "store/mail_store.h"

/* Whoever says that a message had a higher UID is not believed: it would use up those that are left
 * for the mailbox. */
#define WANTED_UID_MAX 0x7fffffffu

struct deposit {
	const struct deposit_options *options;
	struct roost_user *user;
	struct roost_call *call;
	struct ledger *ledger; /* NULL: nothing is remembered */
	uint64_t append_limit;

	struct roost_mailbox *mailbox;
	int64_t folder; /* of the ledger */
	bool moved; /* the folder has another UID validity than at the last import */
	uint32_t uid_validity;
	uint32_t uid_first; /* what is stored now gets at least this UID */
	struct flag_changes changes;

	struct progress progress;
	struct failures failures;
	struct deposit_sum sum;
	struct batch batch;
};

void deposit_fail(struct deposit *deposit, const char *origin, const char *why)
{
	failures_add(&deposit->failures, origin, why);
	deposit->sum.failed++;
}

void deposit_break(struct deposit *deposit, const char *origin, const char *why)
{
	if (!deposit->sum.broken) {
		fprintf(stderr, "roost: cannot import %s: %s\n", origin, why);
	}
	deposit->sum.broken = true;
}

/* Why an op failed, for a person. */
static const char *reason(const struct deposit *deposit, int error)
{
	const char *text = roost_call_text(deposit->call);
	return text != NULL ? text : roost_error_text(error);
}

/* Something of the store or the ledger failed that is nobody's fault but theirs. */
static void give_up(struct deposit *deposit, int error)
{
	deposit_break(deposit, "any more", reason(deposit, error));
}

/* For what the ledger answers. */
static bool check(struct deposit *deposit, int r)
{
	if (r < 0) {
		give_up(deposit, r);
	}
	return r >= 0;
}

bool deposit_goes_on(const struct deposit *deposit)
{
	return *deposit->options->stop == 0 && !deposit->sum.broken;
}

void deposit_expect(struct deposit *deposit, uint64_t steps)
{
	progress_expect(&deposit->progress, steps);
}

void deposit_advance(struct deposit *deposit, uint64_t steps)
{
	progress_advance(&deposit->progress, steps);
}

/* The lower of the two limits there may be. */
static void find_append_limit(struct deposit *deposit)
{
	struct roost_user *user = deposit->user;
	struct roost_backend *backend = user->backend;
	uint64_t limit = ROOST_NO_LIMIT;
	deposit->append_limit = ROOST_NO_LIMIT;
	if (ROOST_HAS_OP(backend->ops, append_limit) &&
		backend->ops->append_limit(backend, deposit->call, &limit) == 0) {
		deposit->append_limit = limit;
	}
	if (ROOST_HAS_OP(user->ops, append_limit) &&
		user->ops->append_limit(user, deposit->call, &limit) == 0 &&
		limit < deposit->append_limit) {
		deposit->append_limit = limit;
	}
}

static bool open_ledger(struct deposit *deposit)
{
	char *path = NULL;
	if (deposit->options->data == NULL) {
		return true;
	}
	if (!mail_store_find_file(
		    deposit->options->data, deposit->user->name, "import.db", &path)) {
		return false;
	}
	bool good = ledger_open(path, &deposit->ledger);
	free(path);
	int r = good ? recovery_run(deposit->ledger, deposit->user, deposit->call) : 0;
	if (r < 0) {
		give_up(deposit, r);
	}
	roost_call_reset(deposit->call);
	return good && r == 0;
}

bool deposit_begin(struct deposit **deposit_out, struct roost_backend *backend,
	const struct deposit_options *options)
{
	struct deposit *deposit = calloc(1, sizeof(*deposit));
	if (deposit == NULL || roost_call_create(&deposit->call, 0) < 0) {
		free(deposit);
		fputs("roost: out of memory\n", stderr);
		return false;
	}
	deposit->options = options;
	int r = mail_store_sign_in(backend, deposit->call, options->user, &deposit->user);
	if (r < 0) {
		fprintf(stderr, "roost: cannot import for %s: %s\n", options->user,
			reason(deposit, r));
		deposit->user = NULL;
	} else {
		find_append_limit(deposit);
	}
	if (r < 0 || !open_ledger(deposit)) {
		deposit_end(deposit, NULL);
		return false;
	}
	progress_begin(&deposit->progress, options->title);
	*deposit_out = deposit;
	return true;
}

/* Whether the fault may be one message's, so that the others of its batch can be stored. */
static bool is_fault_of_message(int error)
{
	return error == ROOST_ERR_TOO_BIG || error == ROOST_ERR_LIMIT ||
	       error == ROOST_ERR_OVER_QUOTA || error == ROOST_ERR_INVALID ||
	       error == ROOST_ERR_CANNOT;
}

/* Tell the ledger what became of the batch. */
static void settle(struct deposit *deposit)
{
	int r = 0;
	for (size_t i = 0; r >= 0 && i < deposit->batch.count; i++) {
		const struct batch_entry *entry = &deposit->batch.entries[i];
		if (deposit->ledger != NULL) {
			r = ledger_settle(deposit->ledger, deposit->folder, entry->identity,
				deposit->uid_validity, entry->uid);
		}
		if (entry->uid >= deposit->uid_first) {
			deposit->uid_first = entry->uid < UINT32_MAX ? entry->uid + 1 : entry->uid;
		}
		deposit->sum.taken += entry->uid != 0;
	}
	(void)check(deposit, r);
}

/* One by one, so that only the messages that are at fault stay out. */
static void store_each(struct deposit *deposit)
{
	struct batch *batch = &deposit->batch;
	for (size_t i = 0; i < batch->count && !deposit->sum.broken; i++) {
		roost_call_reset(deposit->call);
		int r = batch_store(batch, i, 1, deposit->mailbox, deposit->call);
		if (r == 0) {
			progress_add(&deposit->progress, 1, batch->messages[i].content->size);
		} else if (is_fault_of_message(r)) {
			deposit_fail(deposit, batch->entries[i].origin, reason(deposit, r));
		} else {
			give_up(deposit, r);
		}
	}
}

static void flush(struct deposit *deposit)
{
	struct batch *batch = &deposit->batch;
	const struct ledger_batch intent = {
		.mailbox = batch->count > 0 ? deposit->mailbox->name : "",
		.uid_validity = deposit->uid_validity,
		.uid_first = deposit->uid_first,
	};
	if (batch->count == 0 ||
		(deposit->ledger != NULL &&
			!check(deposit, ledger_commit(deposit->ledger, &intent)))) {
		batch_clear(batch);
		return;
	}
	int r = batch_store(batch, 0, batch->count, deposit->mailbox, deposit->call);
	if (r == 0) {
		progress_add(&deposit->progress, batch->count, batch->octets);
	} else if (is_fault_of_message(r)) {
		store_each(deposit);
	} else {
		give_up(deposit, r);
	}
	settle(deposit);
	roost_call_reset(deposit->call);
	batch_clear(batch);
}

static void change_flags(struct deposit *deposit)
{
	if (deposit->changes.count > 0) {
		int r = flag_changes_make(&deposit->changes, deposit->mailbox, deposit->call);
		(void)check(deposit, r);
		roost_call_reset(deposit->call);
	}
}

/* Bring all to disk, and be done with the mailbox. */
static void close_mailbox(struct deposit *deposit)
{
	if (deposit->mailbox != NULL) {
		flush(deposit);
		if (!deposit->sum.broken) {
			change_flags(deposit);
		}
		flag_changes_clear(&deposit->changes);
		deposit->mailbox->ops->close(deposit->mailbox);
		deposit->mailbox = NULL;
	}
	if (deposit->ledger != NULL && !deposit->sum.broken) {
		(void)check(deposit, ledger_commit(deposit->ledger, NULL));
	}
}

static int create(struct deposit *deposit, const char *name, unsigned special_use)
{
	struct roost_user *user = deposit->user;
	struct roost_create_options options = { .size = sizeof(options) };
	options.special_use = special_use;
	if (!ROOST_HAS_OP(user->ops, create_mailbox)) {
		return ROOST_ERR_NOT_SUPPORTED;
	}
	int r = user->ops->create_mailbox(user, deposit->call, name, &options);
	if (r < 0 && special_use != 0) {
		/* Another mailbox may have the use already. */
		options.special_use = 0;
		r = user->ops->create_mailbox(user, deposit->call, name, &options);
	}
	return r;
}

static int open_mailbox(struct deposit *deposit, const char *name, unsigned special_use)
{
	struct roost_user *user = deposit->user;
	const struct roost_open_options options = { .size = sizeof(options) };
	struct roost_mailbox *mailbox = NULL;
	int r = user->ops->get_mailbox(user, deposit->call, name, &options, &mailbox);
	if (r == ROOST_ERR_NO_SUCH_MAILBOX) {
		r = create(deposit, name, special_use);
		if (r == 0) {
			r = user->ops->get_mailbox(user, deposit->call, name, &options, &mailbox);
		}
	}
	if (r < 0) {
		return r;
	}
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	r = ROOST_HAS_OP(mailbox->ops, create_messages)
		    ? mailbox->ops->snapshot(mailbox, deposit->call, &snapshot)
		    : ROOST_ERR_READ_ONLY;
	if (r < 0) {
		mailbox->ops->close(mailbox);
		return r;
	}
	deposit->mailbox = mailbox;
	deposit->uid_validity = snapshot.uid_validity;
	deposit->uid_first = snapshot.uid_next;
	roost_snapshot_clear(&snapshot);
	return 0;
}

bool deposit_open(struct deposit *deposit, const struct ledger_folder *folder, unsigned special_use,
	const char *origin)
{
	close_mailbox(deposit);
	if (!deposit_goes_on(deposit)) {
		return false;
	}
	int r = open_mailbox(deposit, folder->mailbox, special_use);
	if (r < 0) {
		char *where = NULL;
		if (asprintf(&where, "%s (into %s/%s)", origin, deposit->user->name,
			    folder->mailbox) >= 0) {
			deposit_fail(deposit, where, reason(deposit, r));
			free(where);
		}
		roost_call_reset(deposit->call);
		return false;
	}
	deposit->moved = false;
	if (deposit->ledger != NULL) {
		r = ledger_find_folder(deposit->ledger, folder, &deposit->folder, &deposit->moved);
		if (r == 0 && deposit->options->again) {
			deposit->moved = false;
			r = ledger_forget_folder(deposit->ledger, deposit->folder);
		}
	}
	return check(deposit, r);
}

void deposit_subscribe(struct deposit *deposit, const char *mailbox, const char *origin)
{
	struct roost_user *user = deposit->user;
	if (!ROOST_HAS_OP(user->ops, set_subscribed)) {
		return;
	}
	int r = user->ops->set_subscribed(user, deposit->call, mailbox, true);
	if (r < 0) {
		deposit_fail(deposit, origin, reason(deposit, r));
	}
	roost_call_reset(deposit->call);
}

/* The item is known; make its flags what they became. */
static void follow_flags(struct deposit *deposit, const char *identity,
	const struct ledger_item *item, const struct roost_flags *flags)
{
	deposit->sum.known++;
	if (!flag_changes_differ(item->flags, flags)) {
		return;
	}
	int r = 0;
	/* uid 0: it waits in the batch; a mailbox of another validity has other messages. */
	if (item->uid != 0 && item->uid_validity == deposit->uid_validity &&
		ROOST_HAS_OP(deposit->mailbox->ops, update_messages_flags)) {
		r = flag_changes_add(&deposit->changes, item->flags, flags, item->uid);
		if (r == 1) {
			change_flags(deposit);
			r = flag_changes_add(&deposit->changes, item->flags, flags, item->uid);
		}
		deposit->sum.changed++;
	}
	char *text = flag_changes_write(flags);
	if (text == NULL) {
		r = ROOST_ERR_NO_MEMORY;
	}
	if (r == 0) {
		r = ledger_set_flags(deposit->ledger, deposit->folder, identity, text);
	}
	free(text);
	(void)check(deposit, r);
}

bool deposit_knows(struct deposit *deposit, const char *identity, const struct roost_flags *flags)
{
	struct ledger_item item;
	if (deposit->ledger == NULL) {
		return false;
	}
	int r = ledger_find(deposit->ledger, deposit->folder, identity, &item);
	if (check(deposit, r) && r == 1) {
		follow_flags(deposit, identity, &item, flags);
	}
	return r != 0;
}

unsigned deposit_count(struct deposit *deposit, const char *text)
{
	unsigned count = 1;
	char *key = NULL;
	if (deposit->ledger == NULL) {
		return count;
	}
	int r = asprintf(&key, "%lld %s", (long long)deposit->folder, text) < 0
			? ROOST_ERR_NO_MEMORY
			: ledger_count(deposit->ledger, key, &count);
	free(key);
	(void)check(deposit, r);
	return count;
}

/* Note the last message of the batch in the ledger; 1 when it is there already, from a time when
 * the folder had another UID validity. */
static int note(struct deposit *deposit)
{
	const struct batch_entry *entry = &deposit->batch.entries[deposit->batch.count - 1];
	const struct roost_flags flags = message_flags(&entry->message);
	struct ledger_item item;
	int r = 0;
	if (deposit->moved) {
		r = ledger_adopt(
			deposit->ledger, deposit->folder, entry->identity, entry->digest, &item);
	}
	if (r == 1) {
		follow_flags(deposit, entry->identity, &item, &flags);
	}
	char *text = r == 0 ? flag_changes_write(&flags) : NULL;
	if (r == 0) {
		r = text == NULL ? ROOST_ERR_NO_MEMORY
				 : ledger_add(deposit->ledger, deposit->folder, entry->identity,
					   entry->digest, text);
	}
	free(text);
	return r;
}

static uint64_t size_of(const struct message *message)
{
	return message->content != NULL ? message->content->size : message->size;
}

void deposit_add(
	struct deposit *deposit, struct message *message, const char *identity, const char *origin)
{
	if (size_of(message) > deposit->append_limit) {
		deposit_fail(deposit, origin, roost_error_text(ROOST_ERR_TOO_BIG));
		message_clear(message);
		return;
	}
	if (message->wanted_uid > WANTED_UID_MAX) {
		message->wanted_uid = 0;
	}
	int r = batch_add(&deposit->batch, message, identity, origin);
	if (r < 0) {
		deposit_break(deposit, origin, roost_error_text(r));
		return;
	}
	r = deposit->ledger != NULL ? note(deposit) : 0;
	if (r != 0) {
		batch_drop_last(&deposit->batch);
		(void)check(deposit, r);
	}
	if (batch_is_full(&deposit->batch)) {
		flush(deposit);
	}
}

void deposit_end(struct deposit *deposit, struct deposit_sum *sum_out)
{
	if (deposit == NULL) {
		return;
	}
	close_mailbox(deposit);
	if (sum_out != NULL) {
		deposit->sum.stopped = !deposit_goes_on(deposit);
		progress_end(&deposit->progress);
		failures_tell(&deposit->failures, "not imported");
		*sum_out = deposit->sum;
	}
	ledger_close(deposit->ledger);
	mail_store_sign_out(deposit->user);
	roost_call_destroy(deposit->call);
	free(deposit);
}
