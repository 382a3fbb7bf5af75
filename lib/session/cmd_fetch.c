/* cmd_fetch.c - FETCH and UID FETCH. RFC 3501 sections 6.4.5 and 7.4.2, RFC 7162. */
#include <string.h>

#include "grammar/flag.h"
#include "grammar/internal_date.h"
#include "mime/write.h"
#include "session/batch.h"
#include "session/session.h"

/* Messages that are marked as seen before their bodies are sent. */
#define MARKED_AT_ONCE 256

/* Sections up to this many octets are copied to the output rather than referred to. */
#define COPIED_SECTION 4096

struct fetching {
	struct roost_conn *conn;
	struct roost_call *scratch; /* memory for one message at a time */
	struct roost_uidset left;
	struct roost_uidset marked; /* that this command gave \Seen */
	struct roost_fetch_options options;
	bool wants_outline;
	bool wants_flags; /* the client asked for them */
	bool wants_uid;
	bool wants_modseq;
	uint64_t wanted;
	uint64_t delivered;
	uint32_t last; /* the UID delivered last in this slice */
	bool damaged; /* something could not be read */
};

static void fetching_free(void *task)
{
	struct fetching *fetching = task;

	roost_uidset_clear(&fetching->left);
	roost_uidset_clear(&fetching->marked);
	roost_call_destroy(fetching->scratch);
}

static bool is_whole_message(const struct roost_section *section)
{
	return section->kind == ROOST_SECTION_ALL && section->number_count == 0;
}

static bool sets_seen(const struct roost_conn *conn)
{
	for (const struct fetch_item *item = conn->command.fetch.items; item != NULL;
		item = item->next) {
		if (item->sets_seen) {
			return !conn->view->read_only;
		}
	}
	return false;
}

bool cmd_fetch_stores(const struct roost_conn *conn)
{
	return conn->command.kind == COMMAND_FETCH && sets_seen(conn);
}

/* Which facts the items need. */
static void note_item(struct fetching *fetching, const struct fetch_item *item)
{
	unsigned *fields = &fetching->options.fields;

	switch (item->kind) {
	case FETCH_UID:
		fetching->wants_uid = true;
		break;
	case FETCH_FLAGS:
		fetching->wants_flags = true;
		*fields |= ROOST_MESSAGE_FLAGS;
		break;
	case FETCH_INTERNALDATE:
		*fields |= ROOST_MESSAGE_INTERNAL_DATE;
		break;
	case FETCH_RFC822_SIZE:
		*fields |= ROOST_MESSAGE_OCTETS;
		break;
	case FETCH_ENVELOPE:
	case FETCH_BODY:
	case FETCH_BODYSTRUCTURE:
		fetching->wants_outline = true;
		break;
	case FETCH_SECTION:
	case FETCH_RFC822:
	case FETCH_RFC822_HEADER:
	case FETCH_RFC822_TEXT:
		*fields |= ROOST_MESSAGE_CONTENT;
		fetching->wants_outline =
			fetching->wants_outline || !is_whole_message(&item->section);
		break;
	case FETCH_MODSEQ:
		fetching->wants_modseq = true;
		break;
	}
}

/* Of the UIDs asked for, whether there ever were such messages; `*` is whatever UID comes last. */
static int tell_vanished(struct roost_conn *conn)
{
	struct roost_uidset asked = ROOST_UIDSET_EMPTY;
	int r = view_collect(conn->view, &conn->command.set, UINT32_MAX, &asked);

	if (r == 0) {
		r = qresync_tell_vanished(conn, &asked, conn->command.fetch.changed_since);
	}
	roost_uidset_clear(&asked);
	return r;
}

static int begin(struct roost_conn *conn)
{
	struct fetching *fetching = roost_call_alloc(conn->call, sizeof(*fetching));

	if (fetching == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	conn->task = fetching;
	conn->task_free = fetching_free;
	fetching->conn = conn;
	fetching->options.size = sizeof(fetching->options);
	fetching->wants_uid = conn->command.uid;
	for (const struct fetch_item *item = conn->command.fetch.items; item != NULL;
		item = item->next) {
		note_item(fetching, item);
	}
	if (fetching->wants_outline) {
		fetching->options.fields |= ROOST_MESSAGE_OUTLINE;
	}
	fetching->wants_modseq = fetching->wants_modseq || conn->command.fetch.has_changed_since;
	fetching->options.changed_since = conn->command.fetch.changed_since;
	if (fetching->wants_modseq) {
		fetching->options.fields |= ROOST_MESSAGE_MODSEQ;
	}
	if (sets_seen(conn)) {
		fetching->options.fields |= flags_fields(conn);
	}
	int r = roost_call_create(&fetching->scratch, conn->limits.command_memory);
	if (r == 0) {
		r = view_resolve(
			conn->view, &conn->command.set, conn->command.uid, false, &fetching->left);
	}
	fetching->wanted = roost_uidset_size(&fetching->left);
	if (r == 0 && conn->command.fetch.vanished) {
		r = tell_vanished(conn);
	}
	return r;
}

static int note_unseen(void *context, const struct roost_message *message)
{
	if ((message->flags.system & ROOST_FLAG_SEEN) != 0) {
		return 0;
	}
	return roost_uidset_add(context, message->uid);
}

/* Give \Seen to those of the batch that do not have it. */
static int mark_seen(struct fetching *fetching, const struct roost_uidset *batch)
{
	struct roost_mailbox *mailbox = fetching->conn->view->mailbox;
	struct roost_call *call = fetching->conn->call;
	struct roost_fetch_options options = { .size = sizeof(options),
		.fields = ROOST_MESSAGE_FLAGS };
	struct roost_flags_change change = { .size = sizeof(change), .mode = ROOST_FLAGS_ADD };
	struct roost_uidset unseen = ROOST_UIDSET_EMPTY;
	struct roost_uidset modified = ROOST_UIDSET_EMPTY;

	change.flags.system = ROOST_FLAG_SEEN;
	int r = mailbox_list_messages(mailbox, call, batch, &options, note_unseen, &unseen);
	if (r == 0 && unseen.count > 0) {
		r = mailbox_update_messages_flags(
			mailbox, call, &unseen, &change, &modified, NULL, NULL);
		if (r == 0) {
			r = roost_uidset_add_set(&fetching->marked, &unseen);
		} else if (r == ROOST_ERR_READ_ONLY || r == ROOST_ERR_NOT_SUPPORTED) {
			r = 0; /* reading is still possible */
		}
	}
	roost_uidset_clear(&unseen);
	roost_uidset_clear(&modified);
	return r;
}

/* A string of octets: a short one copied, a long one by reference. */
static int write_content(
	struct fetching *fetching, struct roost_content *content, uint64_t offset, uint64_t size)
{
	struct output *output = &fetching->conn->output;
	char copy[COPIED_SECTION];
	bool copied = size <= sizeof(copy);

	if (copied) {
		int64_t got = roost_content_read(content, offset, copy, (size_t)size);
		if (got != (int64_t)size) {
			return got < 0 ? (int)got : ROOST_ERR_CORRUPT;
		}
	}
	struct buf *buf = output_buf(output);
	buf_char(buf, '{');
	buf_number(buf, size);
	buf_string(buf, "}\r\n");
	if (copied) {
		buf_add(buf, copy, (size_t)size);
	} else {
		output_content(output, content, offset, size);
	}
	return 0;
}

static int write_whole(struct fetching *fetching, const struct roost_section *section,
	struct roost_content *content)
{
	uint64_t offset = section->partial && section->partial_offset < content->size
				  ? section->partial_offset
				  : 0;
	uint64_t size = content->size - offset;

	if (section->partial && section->partial_offset >= content->size) {
		size = 0;
	} else if (section->partial && section->partial_size < size) {
		size = section->partial_size;
	}
	return write_content(fetching, content, offset, size);
}

static int write_section(struct fetching *fetching, const struct roost_section *section,
	const struct roost_outline *outline, struct roost_content *content)
{
	struct roost_content *part = NULL;

	if (is_whole_message(section)) {
		return write_whole(fetching, section, content);
	}
	int r = roost_util_body_section(outline, content, section, &part);
	if (r < 0) {
		return r;
	}
	if (part == NULL) {
		buf_string(conn_buf(fetching->conn), "NIL");
		return 0;
	}
	r = write_content(fetching, part, 0, part->size);
	roost_content_unref(part);
	return r;
}

static void write_flags(struct fetching *fetching, const struct roost_message *message)
{
	struct roost_flags flags = message->flags;

	if (roost_uidset_contains(&fetching->marked, message->uid)) {
		flags.system |= ROOST_FLAG_SEEN;
	}
	buf_string(conn_buf(fetching->conn), "FLAGS ");
	flags_write(conn_buf(fetching->conn), &flags,
		roost_uidset_contains(&fetching->conn->view->recent, message->uid));
}

/* What a message whose bytes cannot be read shows, so that the client can go on with the others. */
static void write_unreadable(struct fetching *fetching)
{
	fetching->damaged = true;
	buf_string(conn_buf(fetching->conn), "NIL");
}

static void write_content_item(struct fetching *fetching, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	fetch_item_write_name(conn_buf(fetching->conn), item);
	buf_char(conn_buf(fetching->conn), ' ');
	bool lacks = (message->has & ROOST_MESSAGE_CONTENT) == 0 || message->content == NULL ||
		     (outline == NULL && !is_whole_message(&item->section));
	if (lacks || write_section(fetching, &item->section, outline, message->content) < 0) {
		write_unreadable(fetching);
	}
}

/* What a message shows whose outline cannot be made: there is no NIL for a whole envelope or structure. */
static void write_unreadable_structure(struct fetching *fetching, enum fetch_item_kind kind)
{
	static const char *const nothing[] = {
		[FETCH_ENVELOPE] = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
		[FETCH_BODY] = "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)",
		[FETCH_BODYSTRUCTURE] =
			"(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0 NIL NIL NIL NIL)",
	};

	fetching->damaged = true;
	buf_string(conn_buf(fetching->conn), nothing[kind]);
}

static void write_structure(struct fetching *fetching, const struct fetch_item *item,
	const struct roost_outline *outline)
{
	struct buf *buf = conn_buf(fetching->conn);

	fetch_item_write_name(buf, item);
	buf_char(buf, ' ');
	if (outline == NULL) {
		write_unreadable_structure(fetching, item->kind);
	} else if (item->kind == FETCH_ENVELOPE) {
		envelope_write(buf, outline, 0);
	} else {
		body_structure_write(buf, outline, 0, item->kind == FETCH_BODYSTRUCTURE);
	}
}

static void write_item(struct fetching *fetching, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct buf *buf = conn_buf(fetching->conn);

	switch (item->kind) {
	case FETCH_UID:
	case FETCH_MODSEQ:
		break; /* are always first and last */
	case FETCH_FLAGS:
		write_flags(fetching, message);
		break;
	case FETCH_INTERNALDATE:
		buf_string(buf, "INTERNALDATE ");
		internal_date_write(buf, message->internal_date);
		break;
	case FETCH_RFC822_SIZE:
		buf_string(buf, "RFC822.SIZE ");
		buf_number(buf, message->octets);
		break;
	case FETCH_ENVELOPE:
	case FETCH_BODY:
	case FETCH_BODYSTRUCTURE:
		write_structure(fetching, item, outline);
		break;
	case FETCH_SECTION:
	case FETCH_RFC822:
	case FETCH_RFC822_HEADER:
	case FETCH_RFC822_TEXT:
		write_content_item(fetching, item, message, outline);
		break;
	}
}

static void write_message(struct fetching *fetching, uint32_t sequence,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct roost_conn *conn = fetching->conn;
	bool marked = roost_uidset_contains(&fetching->marked, message->uid);
	bool news =
		marked && conn_shows_modseq(conn); /* that flags changed: RFC 7162 section 3.2.4 */
	const char *separator = "";

	buf_string(conn_buf(conn), "* ");
	buf_number(conn_buf(conn), sequence);
	buf_string(conn_buf(conn), " FETCH (");
	if (fetching->wants_uid || news) {
		buf_string(conn_buf(conn), "UID ");
		buf_number(conn_buf(conn), message->uid);
		separator = " ";
	}
	for (const struct fetch_item *item = conn->command.fetch.items; item != NULL;
		item = item->next) {
		if (item->kind == FETCH_UID || item->kind == FETCH_MODSEQ) {
			continue;
		}
		buf_string(conn_buf(conn), separator);
		write_item(fetching, item, message, outline);
		separator = " ";
	}
	if (!fetching->wants_flags && marked) {
		buf_string(conn_buf(conn), separator);
		write_flags(fetching, message);
		separator = " ";
	}
	if (fetching->wants_modseq || news) {
		buf_string(conn_buf(conn), separator);
		buf_string(conn_buf(conn), "MODSEQ (");
		buf_number(conn_buf(conn), message->modseq);
		buf_char(conn_buf(conn), ')');
	}
	buf_string(conn_buf(conn), ")\r\n");
}

static int deliver(void *context, const struct roost_message *message)
{
	struct fetching *fetching = context;
	struct roost_conn *conn = fetching->conn;
	uint32_t sequence = view_sequence(conn->view, message->uid);
	struct roost_outline outline;
	const struct roost_outline *known = NULL;

	fetching->last = message->uid;
	if (sequence == 0) {
		return 0;
	}
	fetching->delivered++;
	if (fetching->wants_flags || roost_uidset_contains(&fetching->marked, message->uid)) {
		int r = flags_tell_new(conn, &message->flags);
		if (r < 0) {
			return r;
		}
	}
	if (fetching->wants_outline && message_outline(fetching->scratch, message, &outline) == 0) {
		known = &outline;
	}
	write_message(fetching, sequence, message, known);
	roost_call_reset(fetching->scratch);
	return output_is_full(&conn->output, conn->limits.output) ? ROOST_STOP : 0;
}

/* Fetch one batch, or as much of it as the output takes. */
static int fetch_some(struct roost_conn *conn, struct fetching *fetching)
{
	struct roost_uidset batch = ROOST_UIDSET_EMPTY;
	bool marks = sets_seen(conn);
	int r = batch_take(&fetching->left, marks ? MARKED_AT_ONCE : UINT32_MAX, &batch);

	if (r == 0 && marks) {
		r = mark_seen(fetching, &batch);
	}
	fetching->last = 0;
	if (r == 0) {
		r = mailbox_list_messages(conn->view->mailbox, conn->call, &batch,
			&fetching->options, deliver, fetching);
	}
	if (r == 0 && output_is_full(&conn->output, conn->limits.output) && fetching->last != 0) {
		/* Stopped perhaps in the middle: what was not delivered is still to be done. */
		r = roost_uidset_remove_range(&batch, 1, fetching->last);
		if (r == 0) {
			r = roost_uidset_add_set(&fetching->left, &batch);
		}
	}
	roost_uidset_clear(&batch);
	return r;
}

static enum step finish(struct roost_conn *conn, const struct fetching *fetching)
{
	if (fetching->damaged) {
		return reply_no(conn, "CORRUPTION", "Some messages could not be read");
	}
	bool all = !conn->command.fetch.has_changed_since;
	if (all && !conn->command.uid && fetching->delivered < fetching->wanted) {
		return reply_error(conn, ROOST_ERR_EXPUNGED);
	}
	return reply_ok(conn, NULL, "Messages fetched");
}

static bool asks_modseq(const struct command *command)
{
	for (const struct fetch_item *item = command->fetch.items; item != NULL;
		item = item->next) {
		if (item->kind == FETCH_MODSEQ) {
			return true;
		}
	}
	return command->fetch.has_changed_since;
}

/* Why the command cannot be; NULL when it can. RFC 7162 sections 3.1.2.2 and 3.2.6. */
static const char *refuse(struct roost_conn *conn)
{
	if (!asks_modseq(&conn->command)) {
		return NULL;
	}
	if (conn->view->modseq == 0) {
		return "This mailbox has no mod-sequences";
	}
	if (conn->command.fetch.vanished && !conn_has_enabled(conn, ENABLED_QRESYNC)) {
		return "Send ENABLE QRESYNC first";
	}
	conn_use_modseq(conn);
	return NULL;
}

enum step cmd_fetch(struct roost_conn *conn, struct roost_text line)
{
	(void)line;
	if (conn->task == NULL) {
		const char *refusal = refuse(conn);
		if (refusal != NULL) {
			return reply_bad(conn, refusal);
		}
		int r = begin(conn);
		if (r < 0) {
			return batch_reply_unresolved(conn, r);
		}
	}
	struct fetching *fetching = conn->task;
	while (fetching->left.count > 0) {
		if (output_is_full(&conn->output, conn->limits.output)) {
			return STEP_AGAIN;
		}
		int r = fetch_some(conn, fetching);
		if (r < 0) {
			return reply_error(conn, r);
		}
	}
	return finish(conn, fetching);
}
