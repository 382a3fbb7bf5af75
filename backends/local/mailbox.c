/* mailbox.c - an open mailbox, and its state at one instant. */
#include "mailbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "recents.h"
#include "rows.h"

struct mailbox *local_mailbox_of(struct roost_mailbox *base)
{
	return roost_container_of(base, struct mailbox, base);
}

struct roost_text local_mailbox_object_id(struct roost_call *call, uint32_t uid_validity)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "F%08" PRIx32, uid_validity);
	const char *bytes = roost_call_strndup(call, text, (size_t)n);
	return (struct roost_text) { bytes, bytes == NULL ? 0 : (size_t)n };
}

int local_mailbox_check_writable(const struct mailbox *mailbox, struct roost_call *call)
{
	if (mailbox->read_only) {
		return roost_call_fail(
			call, ROOST_ERR_READ_ONLY, "The mailbox was opened for reading only");
	}
	return local_rows_check_cancelled(call, 0);
}

static int ended(struct roost_call *call)
{
	return roost_call_fail(
		call, ROOST_ERR_NO_SUCH_MAILBOX, "The mailbox was deleted or renamed");
}

/* What the index says of the handle, with the lock. */
enum standing { IS_GOOD, IS_ENDED, IS_OLD };

static enum standing judge(const struct mailbox *mailbox)
{
	const struct index *index = mailbox->index;
	if (index->gone) {
		return IS_ENDED;
	}
	bool current = index->loaded && atomic_load(&index->generation) ==
						atomic_load(&mailbox->account->generation);
	return !current ? IS_OLD : local_index_is_named(index, mailbox->name) ? IS_GOOD : IS_ENDED;
}

/* Lock it if that needs no disk, and nobody else's. */
static int try_lock(struct mailbox *mailbox)
{
	struct index *index = mailbox->index;
	if (local_look_is_due(mailbox->account) || pthread_rwlock_tryrdlock(&index->lock) != 0) {
		return ROOST_ERR_WOULD_BLOCK;
	}
	if (judge(mailbox) != IS_GOOD) {
		pthread_rwlock_unlock(&index->lock);
		return ROOST_ERR_WOULD_BLOCK;
	}
	return 0;
}

int local_mailbox_lock(struct mailbox *mailbox, struct roost_call *call)
{
	struct index *index = mailbox->index;
	bool looked = false;
	if (!roost_call_may_wait(call)) {
		return try_lock(mailbox);
	}
	local_look_now_and_then(mailbox->account);
	for (;;) {
		pthread_rwlock_rdlock(&index->lock);
		enum standing standing = judge(mailbox);
		if (standing == IS_GOOD) {
			return 0;
		}
		bool gone = index->gone;
		pthread_rwlock_unlock(&index->lock);
		if (standing == IS_ENDED && (gone || looked)) {
			return ended(call);
		}
		if (standing == IS_ENDED) {
			/* The handle may know the name better: it comes from the database. */
			atomic_store(&index->generation, 0);
		}
		int r = local_look_at_index(mailbox->account, index, call);
		if (r < 0) {
			return r;
		}
		looked = true;
	}
}

void local_mailbox_unlock(struct mailbox *mailbox)
{
	pthread_rwlock_unlock(&mailbox->index->lock);
}

/* The flags a session may see: all system flags and what keywords the mailbox knows. */
static int list_flags(
	const struct names *keywords, struct roost_call *call, struct roost_flags *flags_out)
{
	struct roost_flags flags = { .system = ROOST_FLAGS_ALL_SYSTEM };
	if (keywords->count > 0) {
		const char **names = roost_call_alloc(call, keywords->count * sizeof(*names));
		for (size_t i = 0; names != NULL && i < keywords->count; i++) {
			names[i] = roost_call_strndup(
				call, keywords->names[i], strlen(keywords->names[i]));
			if (names[i] == NULL) {
				names = NULL;
			}
		}
		if (names == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		flags.keyword_count = keywords->count;
		flags.keywords = names;
	}
	*flags_out = flags;
	return 0;
}

/* The recent messages; a session that may change the mailbox takes them, so that the next one does
 * not have them. */
static int list_recent(struct mailbox *mailbox, struct roost_uidset *recent_out, bool *taken_out)
{
	struct index *index = mailbox->index;
	uint32_t from = atomic_load(&index->recent_from);
	int r = roost_uidset_copy(recent_out, &index->uids);
	if (r == 0 && from > 1) {
		r = roost_uidset_remove_range(recent_out, 1, from - 1);
	}
	if (r == 0 && mailbox->selected && !mailbox->read_only && from < index->uid_next) {
		*taken_out =
			atomic_compare_exchange_strong(&index->recent_from, &from, index->uid_next);
		if (!*taken_out) {
			roost_uidset_clear(recent_out); /* another one was faster */
		}
	}
	return r;
}

/* With the lock. */
static int fill_snapshot(struct mailbox *mailbox, struct roost_call *call,
	struct roost_snapshot *snapshot, bool *taken_out)
{
	struct index *index = mailbox->index;
	int r = roost_uidset_copy(&snapshot->uids, &index->uids);
	if (r == 0) {
		r = list_flags(&index->keywords, call, &snapshot->flags);
	}
	if (r == 0) {
		r = list_recent(mailbox, &snapshot->recent, taken_out);
	}
	if (r < 0) {
		return r;
	}
	snapshot->uid_validity = index->uid_validity;
	snapshot->uid_next = index->uid_next;
	snapshot->highest_modseq = index->modseq;
	snapshot->unseen_count = index->unseen;
	snapshot->first_unseen = local_index_first_unseen(index);
	snapshot->permanent_system = ROOST_FLAGS_ALL_SYSTEM;
	snapshot->permanent_keywords = true;
	snapshot->new_keywords = true;
	snapshot->mailbox_id = local_mailbox_object_id(call, index->uid_validity);
	return 0;
}

static int snapshot(
	struct roost_mailbox *base, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct roost_snapshot made = { .size = sizeof(made) };
	bool taken = false;
	int r = local_mailbox_lock(mailbox, call);
	if (r < 0) {
		return r;
	}
	r = fill_snapshot(mailbox, call, &made, &taken);
	local_mailbox_unlock(mailbox);
	if (r < 0) {
		roost_uidset_clear(&made.uids);
		roost_uidset_clear(&made.recent);
		return r;
	}
	if (taken) {
		local_recents_note(mailbox->account, mailbox->id, made.uid_next);
	}
	made.size = snapshot_out->size;
	*snapshot_out = made;
	return 0;
}

static void close_mailbox(struct roost_mailbox *base)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	local_account_put_index(mailbox->account, mailbox->index);
	free(mailbox);
}

/* Reading looks as often as it should. */
static int poll_mailbox(struct roost_mailbox *base, struct roost_call *call)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	int r = local_mailbox_lock(mailbox, call);
	if (r == 0) {
		local_mailbox_unlock(mailbox);
	}
	return r == ROOST_ERR_WOULD_BLOCK
		       ? r
		       : 0; /* what does not work is logged, and whether the mailbox ended is asked next */
}

static const struct roost_mailbox_ops ops = {
	.size = sizeof(ops),
	.snapshot = snapshot,
	.list_messages = local_fetch_list_messages,
	.search_messages = local_search_messages,
	.create_messages = local_append_create_messages,
	.update_messages_flags = local_flags_update_messages,
	.copy_messages = local_copy_messages,
	.move_messages = local_copy_move_messages,
	.expunge = local_expunge_messages,
	.changed_since = local_expunge_changed_since,
	.poll = poll_mailbox,
	.close = close_mailbox,
	.replace_message = local_append_replace_message,
};

/* Find the mailbox and take its index. */
static int find(struct mailbox *mailbox, struct roost_call *call, struct driver *reader)
{
	struct mailbox_row row;
	int r = local_mailbox_row_read(reader, call, mailbox->name, 0, &row);
	if (r < 0) {
		return r;
	}
	mailbox->id = row.id;
	return local_account_get_index(mailbox->account, row.id, &mailbox->index);
}

int local_mailbox_open(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **mailbox_out)
{
	struct account *account = local_user_account(user);
	struct driver *reader = NULL;
	size_t size = strlen(name) + 1;
	struct mailbox *mailbox = calloc(1, sizeof(*mailbox) + size);
	if (mailbox == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(mailbox->name, name, size);
	mailbox->account = account;
	mailbox->read_only = options != NULL && options->read_only;
	mailbox->selected = options != NULL && options->select;
	mailbox->base = (struct roost_mailbox) { &ops, user, mailbox->name };
	int r = local_store_begin_op(account, call);
	if (r == 0) {
		r = local_account_take_reader(account, call, &reader);
		if (r == 0) {
			r = find(mailbox, call, reader);
			if (r < 0) {
				r = local_trouble(account, call, r, local_driver_text(reader));
			}
			local_account_put_reader(account, reader);
		}
		local_store_end_op(account);
	}
	if (r < 0) {
		local_account_put_index(account, mailbox->index);
		free(mailbox);
		return r;
	}
	*mailbox_out = &mailbox->base;
	return 0;
}
