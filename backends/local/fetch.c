/* fetch.c - delivering messages: what the index knows, and outlines and content from the disk. */
#include "mailbox.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bodies.h"
#include "rows.h"

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

/* 1 and the bytes, which live until local_driver_done(), or 0. */
static int find_bytes(struct driver *reader, const char *sql, int64_t email,
	struct driver_statement **statement_out, struct roost_text *bytes_out)
{
	int r = local_driver_prepare(reader, sql, statement_out);
	if (r < 0) {
		*statement_out = NULL;
		return r;
	}
	local_driver_bind_number(*statement_out, email);
	r = local_driver_step(*statement_out);
	if (r == 1) {
		*bytes_out = local_driver_bytes(*statement_out, 0);
	}
	return r;
}

static int copy_body(struct roost_text bytes, uint64_t octets, struct roost_content **content_out)
{
	return bytes.size == octets
		       ? roost_content_create_copy(bytes.bytes, bytes.size, content_out)
		       : ROOST_ERR_CORRUPT;
}

/* The content from mail.db, or 0 and NULL when it is not there. */
static int read_inline(
	struct driver *reader, int64_t email, uint64_t octets, struct roost_content **content_out)
{
	struct driver_statement *s;
	struct roost_text bytes;
	int r = find_bytes(reader, "SELECT bytes FROM body WHERE email = ?", email, &s, &bytes);
	if (r == 1) {
		r = copy_body(bytes, octets, content_out);
	}
	if (s != NULL) {
		local_driver_done(s);
	}
	return r;
}

int local_fetch_content(struct account *account, struct driver *reader, int64_t email,
	uint64_t octets, struct roost_content **content_out)
{
	*content_out = NULL;
	int r = read_inline(reader, email, octets, content_out);
	if (r == 0 && *content_out == NULL) {
		r = local_bodies_get(account->bodies, (uint64_t)email, octets, content_out);
	}
	return r < 0 ? r : 0;
}

/* Walks through bodies or outlines in the order of their emails, which is mostly that of the messages. */
struct walk {
	const char *sql; /* the rows of this email and those behind it */
	struct driver_statement *statement; /* NULL: not under way */
	int64_t email; /* where it stands */
};

/* What one batch of messages is read by. */
struct walks {
	struct walk bodies, outlines;
};

static void end_walk(struct walk *walk)
{
	if (walk->statement != NULL) {
		local_driver_done(walk->statement);
		walk->statement = NULL;
	}
}

static void end_walks(struct walks *walks)
{
	end_walk(&walks->bodies);
	end_walk(&walks->outlines);
}

/* 1 and the bytes, which live until the walk goes on, or 0. The next email costs half of what any other does. */
static int walk_to(
	struct walk *walk, struct driver *reader, int64_t email, struct roost_text *bytes_out)
{
	int r = 0;
	if (walk->statement == NULL || email != walk->email + 1) {
		end_walk(walk);
		r = local_driver_prepare(reader, walk->sql, &walk->statement);
		if (r < 0) {
			walk->statement = NULL;
			return r;
		}
		local_driver_bind_number(walk->statement, email);
	}
	walk->email = email;
	r = local_driver_step(walk->statement);
	if (r == 1 && local_driver_number(walk->statement, 0) == email) {
		*bytes_out = local_driver_bytes(walk->statement, 1);
		return 1;
	}
	end_walk(walk);
	return r < 0 ? r : 0;
}

/* Whether the email is still there, now and not when the transaction began, if there is one. */
static int is_there(struct driver *reader, int64_t email)
{
	struct driver_statement *s = NULL;
	struct roost_text ignored;
	bool within = local_driver_in_transaction(reader);
	int r = within ? local_driver_commit(reader) : 0;
	if (r == 0 && within) {
		r = local_driver_begin_read(reader);
	}
	if (r == 0) {
		r = find_bytes(reader, "SELECT id FROM email WHERE id = ?", email, &s, &ignored);
	}
	if (s != NULL) {
		local_driver_done(s);
	}
	return r;
}

/* The content of a message. 0 and NULL when it cannot be read, which the log then knows; 1 when the
 * message has been expunged meanwhile. */
static int read_content(struct mailbox *mailbox, struct roost_call *call, struct driver *reader,
	const struct entry *entry, struct walks *walks, struct roost_content **content_out)
{
	struct account *account = mailbox->account;
	struct roost_text bytes;
	int r = walk_to(&walks->bodies, reader, entry->email, &bytes);
	if (r == 1) {
		r = copy_body(bytes, entry->octets, content_out);
	}
	if (r < 0 || *content_out == NULL) {
		/* It is in a file, or the walk has come upon what is damaged, which may be another. */
		r = local_fetch_content(account, reader, entry->email, entry->octets, content_out);
	}
	if (r >= 0) {
		return 0;
	}
	end_walks(walks);
	if (r != ROOST_ERR_CORRUPT && r != ROOST_ERR_IO && r != ROOST_ERR_NO_PERMISSION) {
		return local_trouble(account, call, r, strerror(errno)); /* may pass */
	}
	if (r == ROOST_ERR_CORRUPT && is_there(reader, entry->email) == 0) {
		return 1;
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

static int deliver_one(struct mailbox *mailbox, struct roost_call *call, struct driver *reader,
	const struct entry *entry, unsigned fields, struct walks *walks, roost_message_fn deliver,
	void *context)
{
	struct roost_message told;
	struct ids ids;
	struct roost_content *content = NULL;
	describe(mailbox, entry, fields, &ids, &told);
	if ((fields & ROOST_MESSAGE_CONTENT) != 0) {
		int r = read_content(mailbox, call, reader, entry, walks, &content);
		if (r != 0) {
			return r < 0 ? r : 0;
		}
		told.content = content;
		told.has |= content == NULL ? 0u : (unsigned)ROOST_MESSAGE_CONTENT;
	}
	if ((fields & ROOST_MESSAGE_OUTLINE) != 0) {
		struct roost_text bytes;
		int r = walk_to(&walks->outlines, reader, entry->email, &bytes);
		if (r == 0) {
			end_walks(walks);
		}
		if (r == 0 && is_there(reader, entry->email) == 0) {
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
	struct walks walks = {
		.bodies.sql = "SELECT email, bytes FROM body WHERE email >= ? ORDER BY email",
		.outlines.sql = "SELECT email, bytes FROM outline WHERE email >= ? ORDER BY email",
	};
	bool together = reader != NULL && batch->count > 1;
	int r = together ? local_driver_begin_read(reader) : 0;
	if (r < 0) {
		return local_trouble(mailbox->account, call, r, local_driver_text(reader));
	}
	for (size_t i = 0; r == 0 && i < batch->count; i++) {
		r = deliver_one(mailbox, call, reader, &batch->entries[i], fields, &walks, deliver,
			context);
	}
	end_walks(&walks);
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
