/* fetch.c - delivering messages: what the index knows, and outlines and content from the disk. */
#include "mailbox.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rows.h"
#include "walk.h"

/* Messages taken out under the lock at a time, to be delivered without it. */
#define BATCH 64
/* Messages looked at before the lock is let go, though few of them were wanted. */
#define SLICE 65536

#define ON_DISK ((unsigned)(ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT))

struct batch {
	struct entry entries[BATCH];
	size_t count;
	uint32_t next; /* the UID to go on with; 0 at the end */
};

static int fill_batch(struct mailbox *mailbox, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	struct batch *batch)
{
	int r = local_mailbox_lock(mailbox, call);
	if (r < 0) {
		return r;
	}
	const struct index *index = mailbox->index;
	struct cursor cursor = local_cursor_at(index, uids, batch->next);
	batch->count = 0;
	batch->next = 0;
	size_t position;
	for (size_t looked = 0; local_cursor_next(&cursor, index, uids, &position); looked++) {
		const struct entry *entry = &index->entries.list[position];
		if (batch->count == BATCH || looked == SLICE) {
			batch->next = entry->uid;
			break;
		}
		if (options->changed_since != 0 && entry->modseq <= options->changed_since) {
			continue;
		}
		batch->entries[batch->count] = *entry;
		local_keywords_ref(entry->keywords);
		batch->count++;
	}
	local_mailbox_unlock(mailbox);
	return 0;
}

static void drop_batch(struct batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		local_keywords_unref(batch->entries[i].keywords);
	}
	batch->count = 0;
}

/* The content of a message. 0 and NULL when it cannot be read, which the log then knows; 1 when the
 * message has been expunged meanwhile. */
static int read_content(struct mailbox *mailbox, struct roost_call *call, struct walk *walk,
	size_t i, struct roost_content **content_out)
{
	struct account *account = mailbox->account;
	const struct entry *entry = &walk->entries[i];
	int r = local_walk_content(walk, i, content_out);
	if (r == ROOST_ERR_EXPUNGED) {
		return 1;
	}
	if (r == 0) {
		return 0;
	}
	if (r != ROOST_ERR_CORRUPT && r != ROOST_ERR_IO && r != ROOST_ERR_NO_PERMISSION) {
		return local_trouble(account, call, r, strerror(errno)); /* may pass */
	}
	char text[256];
	(void)snprintf(text, sizeof(text),
		"the body %016" PRIx64 " of message %" PRIu32 " in mailbox %.100s cannot be read",
		(uint64_t)entry->email, entry->uid, mailbox->name);
	(void)local_trouble(account, NULL, r, text);
	return 0;
}

/* Object ids of a message. RFC 8474 */
struct ids {
	char email[48], thread[48];
};

static struct roost_text name(
	const struct mailbox *mailbox, char kind, int64_t number, char *text, size_t size)
{
	int n = snprintf(text, size, "%c%" PRIx64 "-%" PRIx64, kind,
		(uint64_t)atomic_load(&mailbox->account->made), (uint64_t)number);
	return (struct roost_text) { text, (size_t)n };
}

/* The ids only when they are asked for: they cost more than all the rest. */
static void describe(const struct mailbox *mailbox, const struct entry *entry, unsigned fields,
	struct ids *ids, struct roost_message *told)
{
	*told = (struct roost_message) {
		.size = sizeof(*told),
		.uid = entry->uid,
		.has = ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_INTERNAL_DATE | ROOST_MESSAGE_OCTETS |
		       ROOST_MESSAGE_MODSEQ | ROOST_MESSAGE_SAVE_DATE,
		.flags = local_keywords_flags(entry->keywords, entry->system),
		.internal_date = { .seconds = entry->date, .zone = entry->zone },
		.octets = entry->octets,
		.modseq = entry->modseq,
		.save_date = { .seconds = entry->saved },
	};
	if ((fields & ROOST_MESSAGE_EMAIL_ID) != 0) {
		told->has |= ROOST_MESSAGE_EMAIL_ID;
		told->email_id = name(mailbox, 'M', entry->email, ids->email, sizeof(ids->email));
	}
	if ((fields & ROOST_MESSAGE_THREAD_ID) != 0) {
		told->has |= ROOST_MESSAGE_THREAD_ID;
		told->thread_id =
			name(mailbox, 'T', entry->thread, ids->thread, sizeof(ids->thread));
	}
}

static int deliver_one(struct mailbox *mailbox, struct roost_call *call, struct walk *walk,
	size_t i, unsigned fields, roost_message_fn deliver, void *context)
{
	const struct entry *entry = &walk->entries[i];
	struct roost_message told;
	struct ids ids;
	struct roost_content *content = NULL;
	describe(mailbox, entry, fields, &ids, &told);
	if ((fields & ROOST_MESSAGE_CONTENT) != 0) {
		int r = read_content(mailbox, call, walk, i, &content);
		if (r != 0) {
			return r < 0 ? r : 0;
		}
		told.content = content;
		told.has |= content == NULL ? 0u : (unsigned)ROOST_MESSAGE_CONTENT;
	}
	if ((fields & ROOST_MESSAGE_OUTLINE) != 0) {
		struct roost_text bytes;
		int r = local_walk_outline(walk, i, &bytes);
		if (r == 0 && local_walk_is_there(walk, entry->email) == 0) {
			roost_content_unref(content);
			return 0; /* expunged meanwhile */
		}
		/* Without it, the library makes one from the content. */
		told.outline = r == 1 ? bytes.bytes : NULL;
		told.outline_size = r == 1 ? bytes.size : 0;
		told.has |= ROOST_MESSAGE_OUTLINE;
	}
	int r = deliver(context, &told);
	roost_content_unref(content);
	return r;
}

/* Several messages are read in one transaction: to begin one takes more time than to read a message. It is so
 * short that the log of the database does not grow meanwhile. */
static int deliver_batch(struct mailbox *mailbox, struct roost_call *call, struct driver *reader,
	const struct batch *batch, unsigned fields, roost_message_fn deliver, void *context)
{
	struct walk walk;
	bool content =
		(fields & ROOST_MESSAGE_CONTENT) != 0; /* needs a second row, of the same instant */
	bool together = reader != NULL && (batch->count > 1 || content);
	int r = together ? local_driver_begin_read(reader) : 0;
	if (r < 0) {
		return local_trouble(mailbox->account, call, r, local_driver_text(reader));
	}
	local_walk_begin(&walk, mailbox->account, reader, batch->entries, batch->count);
	for (size_t i = 0; r == 0 && i < batch->count; i++) {
		r = deliver_one(mailbox, call, &walk, i, fields, deliver, context);
	}
	local_walk_end(&walk);
	if (together && local_driver_commit(reader) < 0) {
		local_driver_rollback(reader); /* nothing was written */
	}
	return r;
}

static int list(struct mailbox *mailbox, struct roost_call *call, struct driver *reader,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct batch batch;
	batch.next = 1;
	while (batch.next != 0) {
		if (roost_call_cancelled(call)) {
			return roost_call_fail(
				call, ROOST_ERR_CANCELLED, "The command was cancelled");
		}
		int r = fill_batch(mailbox, call, uids, options, &batch);
		if (r < 0) {
			return r;
		}
		if (batch.next != 0 && !roost_call_may_wait(call)) {
			r = ROOST_ERR_WOULD_BLOCK; /* it takes long */
		}
		if (r == 0) {
			r = deliver_batch(
				mailbox, call, reader, &batch, options->fields, deliver, context);
		}
		drop_batch(&batch);
		if (r != 0) {
			return r == ROOST_STOP ? 0 : r;
		}
	}
	return 0;
}

int local_fetch_list_messages(struct roost_mailbox *base, struct roost_call *call,
	const struct roost_uidset *uids, const struct roost_fetch_options *options,
	roost_message_fn deliver, void *context)
{
	struct mailbox *mailbox = local_mailbox_of(base);
	struct account *account = mailbox->account;
	struct driver *reader = NULL;
	if ((options->fields & ON_DISK) == 0) {
		return list(mailbox, call, NULL, uids, options, deliver, context);
	}
	if (!roost_call_may_wait(call)) {
		return ROOST_ERR_WOULD_BLOCK;
	}
	int r = local_store_begin_op(account, call);
	if (r < 0) {
		return r;
	}
	r = local_account_take_reader(account, call, &reader);
	if (r == 0) {
		r = list(mailbox, call, reader, uids, options, deliver, context);
		local_account_put_reader(account, reader);
	}
	local_store_end_op(account);
	return r;
}
