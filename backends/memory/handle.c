/* handle.c - an open mailbox, and the ops that only read. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* Messages taken out under the lock at a time, to be delivered without it. */
#define BATCH 64
/* Messages looked at before the lock is let go, though few of them were wanted. */
#define SLICE 65536

/* The facts that stand in the entry itself; the others need the message. */
#define ENTRY_FIELDS (ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_MODSEQ | ROOST_MESSAGE_SAVE_DATE)

struct memory_handle *memory_handle_of(struct roost_mailbox *base)
{
	return roost_container_of(base, struct memory_handle, base);
}

int memory_handle_deliver(
	const struct memory_entry *entry, unsigned fields, roost_message_fn deliver, void *context)
{
	struct roost_message told = {
		.size = sizeof(told),
		.uid = entry->uid,
		.has = ENTRY_FIELDS,
		.flags = { .system = entry->system },
		.modseq = entry->modseq,
		.save_date = { .seconds = entry->save_date },
	};
	if (entry->keywords != NULL) {
		told.flags.keyword_count = entry->keywords->count;
		told.flags.keywords = entry->keywords->names;
	}
	const struct memory_message *message = entry->message;
	if ((fields & ~(unsigned)ENTRY_FIELDS) != 0) {
		told.has |= ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OCTETS |
			    ROOST_MESSAGE_EMAIL_ID | ROOST_MESSAGE_THREAD_ID |
			    ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT;
		told.internal_date = message->internal_date;
		told.octets = message->content->size;
		told.email_id.bytes = message->email_id;
		told.email_id.size = strlen(message->email_id);
		told.thread_id.bytes = message->thread_id;
		told.thread_id.size = strlen(message->thread_id);
		told.outline = message->outline_size > 0 ? message->outline : NULL;
		told.outline_size = message->outline_size;
		told.content = message->content;
	}
	return deliver(context, &told);
}

/* The flags a session may see: all system flags and what keywords the mailbox has met. */
static int list_flags(const struct memory_spellings *spellings, struct roost_call *call,
	struct roost_flags *flags_out)
{
	struct roost_flags flags = { .system = ROOST_FLAGS_ALL_SYSTEM };
	if (spellings->count > 0) {
		const char **names = roost_call_alloc(call, spellings->count * sizeof(*names));
		for (size_t i = 0; names != NULL && i < spellings->count; i++) {
			names[i] = roost_call_strndup(
				call, spellings->names[i], strlen(spellings->names[i]));
			if (names[i] == NULL) {
				names = NULL;
			}
		}
		if (names == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		flags.keyword_count = spellings->count;
		flags.keywords = names;
	}
	*flags_out = flags;
	return 0;
}

/* The recent messages; a session that may change the mailbox takes them, so that the next one does
 * not have them. */
static int list_recent(struct memory_handle *handle, struct roost_uidset *recent_out)
{
	struct memory_mailbox *mailbox = handle->mailbox;
	const struct memory_messages *messages = &mailbox->messages;
	uint32_t from = atomic_load(&mailbox->recent_from);
	int r = roost_uidset_copy(recent_out, &messages->uids);
	if (r == 0 && from > 1) {
		r = roost_uidset_remove_range(recent_out, 1, from - 1);
	}
	if (r == 0 && handle->selected && !handle->read_only &&
		!atomic_compare_exchange_strong(&mailbox->recent_from, &from, messages->uid_next)) {
		roost_uidset_clear(recent_out); /* another one was faster */
	}
	return r;
}

static int fill_snapshot(
	struct memory_handle *handle, struct roost_call *call, struct roost_snapshot *snapshot)
{
	struct memory_messages *messages = &handle->mailbox->messages;
	int r = roost_uidset_copy(&snapshot->uids, &messages->uids);
	if (r == 0) {
		r = list_flags(&messages->spellings, call, &snapshot->flags);
	}
	if (r == 0) {
		r = list_recent(handle, &snapshot->recent);
	}
	if (r < 0) {
		return r;
	}
	snapshot->uid_validity = handle->mailbox->uid_validity;
	snapshot->uid_next = messages->uid_next;
	snapshot->highest_modseq = messages->modseq;
	snapshot->unseen_count = messages->unseen;
	snapshot->first_unseen = memory_messages_first_unseen(messages);
	snapshot->permanent_system = ROOST_FLAGS_ALL_SYSTEM;
	snapshot->permanent_keywords = true;
	snapshot->new_keywords = true;
	snapshot->read_only = false;
	snapshot->mailbox_id = memory_mailbox_id(handle->mailbox, call);
	return 0;
}

static int snapshot(
	struct roost_mailbox *base, struct roost_call *call, struct roost_snapshot *snapshot_out)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct roost_snapshot taken = { .size = sizeof(taken) };
	int r = memory_mailbox_lock_read(handle->mailbox, call, handle->epoch);
	if (r < 0) {
		return r;
	}
	r = fill_snapshot(handle, call, &taken);
	memory_mailbox_unlock(handle->mailbox);
	if (r < 0) {
		roost_uidset_clear(&taken.uids);
		roost_uidset_clear(&taken.recent);
		return r;
	}
	taken.size = snapshot_out->size;
	*snapshot_out = taken;
	return 0;
}

struct batch {
	struct memory_entry entries[BATCH];
	size_t count;
	uint32_t next; /* the UID to go on with; 0 at the end */
};

/* Take out the next messages. Without a need for the messages themselves, they get no reference. */
static int fill_batch(struct memory_handle *handle, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	struct batch *batch)
{
	int r = memory_mailbox_lock_read(handle->mailbox, call, handle->epoch);
	if (r < 0) {
		return r;
	}
	const struct memory_messages *messages = &handle->mailbox->messages;
	bool whole = (options->fields & ~(unsigned)ENTRY_FIELDS) != 0;
	struct memory_cursor cursor = memory_cursor_at(messages, uids, batch->next);
	batch->count = 0;
	batch->next = 0;
	size_t i;
	for (size_t looked = 0; memory_cursor_next(&cursor, messages, uids, &i); looked++) {
		const struct memory_entry *entry = &messages->entries[i];
		if (batch->count == BATCH || looked == SLICE) {
			batch->next = entry->uid;
			break;
		}
		if (options->changed_since != 0 && entry->modseq <= options->changed_since) {
			continue;
		}
		struct memory_entry *taken = &batch->entries[batch->count++];
		*taken = *entry;
		taken->message = whole ? memory_message_ref(entry->message) : NULL;
		memory_keywords_ref(entry->keywords);
	}
	memory_mailbox_unlock(handle->mailbox);
	return 0;
}

static int list_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct batch batch;
	batch.next = 1;
	while (batch.next != 0) {
		if (roost_call_cancelled(call)) {
			return roost_call_fail(
				call, ROOST_ERR_CANCELLED, "The command was cancelled");
		}
		int r = fill_batch(handle, call, uids, options, &batch);
		if (r < 0) {
			return r;
		}
		for (size_t i = 0; i < batch.count; i++) {
			if (r == 0) {
				r = memory_handle_deliver(
					&batch.entries[i], options->fields, deliver, context);
			}
			memory_entry_unref(&batch.entries[i]);
		}
		if (r != 0) {
			return r == ROOST_STOP ? 0 : r;
		}
	}
	return 0;
}

/* Every UID below the next one that is not there. */
static int list_absent(const struct memory_messages *messages, struct roost_uidset *absent_out)
{
	if (messages->uid_next == 1) {
		return 0;
	}
	int r = roost_uidset_add_range(absent_out, 1, messages->uid_next - 1);
	return r < 0 ? r : roost_uidset_remove_set(absent_out, &messages->uids);
}

static int changed_since(struct roost_mailbox *base, struct roost_call *call, uint64_t modseq,
	struct roost_uidset *vanished_out)
{
	struct memory_handle *handle = memory_handle_of(base);
	struct roost_uidset vanished = ROOST_UIDSET_EMPTY;
	int r = memory_mailbox_lock_read(handle->mailbox, call, handle->epoch);
	if (r < 0) {
		return r;
	}
	const struct memory_messages *messages = &handle->mailbox->messages;
	r = memory_expunged_knows(&messages->expunged, modseq)
		    ? memory_expunged_since(&messages->expunged, modseq, &vanished)
		    : list_absent(messages, &vanished);
	memory_mailbox_unlock(handle->mailbox);
	if (r == 0) {
		r = roost_uidset_add_set(vanished_out, &vanished);
	}
	roost_uidset_clear(&vanished);
	return r;
}

static void close_handle(struct roost_mailbox *base)
{
	struct memory_handle *handle = memory_handle_of(base);
	memory_mailbox_unref(handle->mailbox);
	free(handle);
}

static const struct roost_mailbox_ops ops = {
	.size = sizeof(ops),
	.snapshot = snapshot,
	.list_messages = list_messages,
	.create_messages = memory_create_messages,
	.update_messages_flags = memory_update_messages_flags,
	.copy_messages = memory_copy_messages,
	.move_messages = memory_move_messages,
	.expunge = memory_expunge,
	.changed_since = changed_since,
	.close = close_handle,
	.replace_message = memory_replace_message,
};

int memory_handle_create(struct roost_user *user, struct roost_call *call, const char *name,
	const struct roost_open_options *options, struct roost_mailbox **handle_out)
{
	size_t size = strlen(name) + 1;
	struct memory_handle *handle = calloc(1, sizeof(*handle) + size);
	if (handle == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	handle->account = memory_user_account(user);
	int r = memory_tree_open(
		&handle->account->tree, call, name, &handle->mailbox, &handle->epoch);
	if (r < 0) {
		free(handle);
		return r;
	}
	memcpy(handle->name, name, size);
	handle->read_only = options != NULL && options->read_only;
	handle->selected = options != NULL && options->select;
	handle->base.ops = &ops;
	handle->base.user = user;
	handle->base.name = handle->name;
	*handle_out = &handle->base;
	return 0;
}
