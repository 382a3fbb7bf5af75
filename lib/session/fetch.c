/* fetch.c - what is told of a message: FETCH responses. RFC 3501 section 7.4.2. */
#include "session/fetch.h"

#include "grammar/astring.h"
#include "grammar/flag.h"
#include "grammar/internal_date.h"
#include "base/text.h"
#include "mime/write.h"

/* Sections up to this many octets are copied to the output rather than referred to. */
#define COPIED_SECTION 4096
/* And when they are in memory: to have them there once more, for a moment, takes less than to keep count of them. */
#define COPIED_FROM_MEMORY 32768
/* Items with longer names are not worth keeping answers for. */
#define KEPT_NAME 2048

static bool is_whole_message(const struct roost_section *section)
{
	return section->kind == ROOST_SECTION_ALL && section->number_count == 0;
}

int fetch_write_octets(struct fetch *fetch, struct roost_content *content, uint64_t offset,
	uint64_t size, bool literal8)
{
	struct output *output = &fetch->conn->output;
	char copy[COPIED_SECTION];
	const char *bytes = size <= COPIED_FROM_MEMORY ? roost_content_pointer(content) : NULL;

	if (bytes != NULL) {
		bytes += offset;
	} else if (size <= sizeof(copy)) {
		int64_t got = roost_content_read(content, offset, copy, (size_t)size);
		if (got != (int64_t)size) {
			return got < 0 ? (int)got : ROOST_ERR_CORRUPT;
		}
		bytes = copy;
	}
	struct buf *buf = output_buf(output);
	buf_string(buf, literal8 ? "~{" : "{");
	buf_number(buf, size);
	buf_string(buf, "}\r\n");
	if (bytes != NULL) {
		buf_add(buf, bytes, (size_t)size);
	} else {
		output_content(output, content, offset, size);
	}
	return 0;
}

static int write_whole(
	struct fetch *fetch, const struct roost_section *section, struct roost_content *content)
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
	return fetch_write_octets(fetch, content, offset, size, false);
}

static int write_section(struct fetch *fetch, const struct roost_section *section,
	const struct roost_outline *outline, struct roost_content *content)
{
	struct roost_content *part = NULL;

	if (is_whole_message(section)) {
		return write_whole(fetch, section, content);
	}
	int r = roost_util_body_section(outline, content, section, &part);
	if (r < 0) {
		return r;
	}
	if (part == NULL) {
		buf_string(conn_buf(fetch->conn), "NIL");
		return 0;
	}
	r = fetch_write_octets(fetch, part, 0, part->size, false);
	roost_content_unref(part);
	return r;
}

static void write_flags(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct roost_flags flags = message->flags;

	(void)item;
	(void)outline;
	if (roost_uidset_contains(&fetch->marked, message->uid)) {
		flags.system |= ROOST_FLAG_SEEN;
	}
	flags_write(conn_buf(fetch->conn), &flags,
		conn_tells_recent(fetch->conn) &&
			roost_uidset_contains(&fetch->conn->view->recent, message->uid));
}

/* What a message whose bytes cannot be read shows, so that the client can go on with the others. */
static void write_unreadable(struct fetch *fetch)
{
	fetch->damaged = true;
	buf_string(conn_buf(fetch->conn), "NIL");
}

static void write_content_item(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	bool lacks = (message->has & ROOST_MESSAGE_CONTENT) == 0 || message->content == NULL ||
		     (outline == NULL && !is_whole_message(&item->section));
	if (lacks || write_section(fetch, &item->section, outline, message->content) < 0) {
		write_unreadable(fetch);
	}
}

/* What a message shows whose outline cannot be made: there is no NIL for a whole envelope or structure. */
static void write_unreadable_structure(struct fetch *fetch, enum fetch_item_kind kind)
{
	static const char *const nothing[] = {
		[FETCH_ENVELOPE] = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
		[FETCH_BODY] = "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)",
		[FETCH_BODYSTRUCTURE] =
			"(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0 NIL NIL NIL NIL)",
	};

	fetch->damaged = true;
	buf_string(conn_buf(fetch->conn), nothing[kind]);
}

static void write_structure(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct buf *buf = conn_buf(fetch->conn);

	(void)message;
	if (outline == NULL) {
		write_unreadable_structure(fetch, item->kind);
	} else if (item->kind == FETCH_ENVELOPE) {
		envelope_write(buf, outline, 0);
	} else {
		body_structure_write(buf, outline, 0, item->kind == FETCH_BODYSTRUCTURE);
	}
}

static void write_internal_date(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	(void)item;
	(void)outline;
	internal_date_write(conn_buf(fetch->conn), message->internal_date);
}

static void write_size(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	(void)item;
	(void)outline;
	buf_number(conn_buf(fetch->conn), message->octets);
}

static void write_modseq(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct buf *buf = conn_buf(fetch->conn);

	(void)item;
	(void)outline;
	buf_char(buf, '(');
	buf_number(buf, message->modseq);
	buf_char(buf, ')');
}

/* RFC 8474 section 5. */
static void write_object_id(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	bool email = item->kind == FETCH_EMAILID;
	unsigned field = email ? ROOST_MESSAGE_EMAIL_ID : ROOST_MESSAGE_THREAD_ID;
	struct roost_text id = email ? message->email_id : message->thread_id;
	struct buf *buf = conn_buf(fetch->conn);

	(void)outline;
	if ((message->has & field) == 0 || id.bytes == NULL) {
		buf_string(buf, "NIL");
		return;
	}
	buf_char(buf, '(');
	buf_add(buf, id.bytes, id.size);
	buf_char(buf, ')');
}

/* RFC 8514 section 4.2. */
static void write_save_date(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	(void)item;
	(void)outline;
	if ((message->has & ROOST_MESSAGE_SAVE_DATE) == 0) {
		buf_string(conn_buf(fetch->conn), "NIL");
		return;
	}
	internal_date_write(conn_buf(fetch->conn), message->save_date);
}

/* An outline that is not at hand is made, but not for who is not willing to wait. RFC 8970 section 3.2. */
static void write_preview(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct buf *buf = conn_buf(fetch->conn);
	struct roost_outline stored;
	struct roost_text preview;

	if (outline == NULL && (message->has & ROOST_MESSAGE_OUTLINE) != 0 &&
		message->outline != NULL &&
		roost_outline_open(message->outline, message->outline_size, &stored) == 0) {
		outline = &stored;
	}
	if (outline != NULL && roost_outline_preview(outline, &preview) == 0) {
		string_write(buf, preview);
		return;
	}
	buf_string(buf, item->lazy ? "NIL" : "\"\"");
	fetch->damaged = fetch->damaged || !item->lazy;
}

/* What each item needs, and who writes its value. */
static const struct rule {
	unsigned fields; /* ROOST_MESSAGE_… bits */
	bool outline;
	fetch_write_fn *write;
	/* Whether the item can be told of this message; else it is left out. NULL: always. */
	bool (*can)(struct fetch *fetch, const struct fetch_item *item,
		const struct roost_message *message, const struct roost_outline *outline);
} rules[] = {
	[FETCH_UID] = { 0, false, NULL, NULL }, /* always first: see fetch_begin() */
	[FETCH_FLAGS] = { ROOST_MESSAGE_FLAGS, false, write_flags, NULL },
	[FETCH_INTERNALDATE] = { ROOST_MESSAGE_INTERNAL_DATE, false, write_internal_date, NULL },
	[FETCH_RFC822_SIZE] = { ROOST_MESSAGE_OCTETS, false, write_size, NULL },
	[FETCH_ENVELOPE] = { 0, true, write_structure, NULL },
	[FETCH_BODY] = { 0, true, write_structure, NULL },
	[FETCH_BODYSTRUCTURE] = { 0, true, write_structure, NULL },
	[FETCH_SECTION] = { ROOST_MESSAGE_CONTENT, false, write_content_item, NULL },
	[FETCH_RFC822] = { ROOST_MESSAGE_CONTENT, false, write_content_item, NULL },
	[FETCH_RFC822_HEADER] = { ROOST_MESSAGE_CONTENT, false, write_content_item, NULL },
	[FETCH_RFC822_TEXT] = { ROOST_MESSAGE_CONTENT, false, write_content_item, NULL },
	[FETCH_MODSEQ] = { ROOST_MESSAGE_MODSEQ, false, write_modseq, NULL },
	[FETCH_EMAILID] = { ROOST_MESSAGE_EMAIL_ID, false, write_object_id, NULL },
	[FETCH_THREADID] = { ROOST_MESSAGE_THREAD_ID, false, write_object_id, NULL },
	[FETCH_SAVEDATE] = { ROOST_MESSAGE_SAVE_DATE, false, write_save_date, NULL },
	[FETCH_PREVIEW] = { ROOST_MESSAGE_OUTLINE, false, write_preview, NULL },
	[FETCH_BINARY] = { ROOST_MESSAGE_CONTENT, false, fetch_binary_write, fetch_binary_can },
	[FETCH_BINARY_SIZE] = { ROOST_MESSAGE_CONTENT, false, fetch_binary_write_size,
		fetch_binary_can },
};

/* Whether the answer of an item stays true, and is small for most messages. */
static bool is_lasting(const struct fetch_item *item)
{
	switch (item->kind) {
	case FETCH_ENVELOPE:
	case FETCH_BODY:
	case FETCH_BODYSTRUCTURE:
	case FETCH_RFC822_HEADER:
		return true;
	case FETCH_PREVIEW:
		return !item->lazy;
	case FETCH_SECTION:
		return !item->section.partial && item->section.kind != ROOST_SECTION_ALL &&
		       item->section.kind != ROOST_SECTION_TEXT;
	default:
		return false;
	}
}

static unsigned fields_of(const struct fetch_item *item, bool *outline)
{
	const struct rule *rule = &rules[item->kind];
	bool partly =
		(rule->fields & ROOST_MESSAGE_CONTENT) != 0 && !is_whole_message(&item->section);
	bool prompt = item->kind == FETCH_PREVIEW && !item->lazy;
	bool needs = rule->outline || partly || prompt;

	*outline = *outline || needs;
	return rule->fields | (needs ? ROOST_MESSAGE_OUTLINE : 0u);
}

void fetch_plan(struct fetch *fetch, struct roost_conn *conn, const struct fetch_item *items)
{
	fetch->conn = conn;
	fetch->items = items;
	for (const struct fetch_item *item = items; item != NULL; item = item->next) {
		fetch->fields |= fields_of(item, &fetch->wants_outline);
		fetch->wants_uid = fetch->wants_uid || item->kind == FETCH_UID;
		fetch->wants_flags = fetch->wants_flags || item->kind == FETCH_FLAGS;
		fetch->wants_modseq = fetch->wants_modseq || item->kind == FETCH_MODSEQ;
		if (is_lasting(item)) {
			fetch->lasting++;
		} else {
			fetch->bare_fields |= fields_of(item, &fetch->bare_outline);
		}
	}
}

int fetch_remember(struct fetch *fetch)
{
	struct buf name;

	if (fetch->lasting == 0) {
		return 0;
	}
	int r = answers_create(fetch->conn, fetch->lasting, &fetch->answers);
	for (const struct fetch_item *item = fetch->items; r == 0 && item != NULL;
		item = item->next) {
		if (is_lasting(item)) {
			buf_init(&name, KEPT_NAME);
			fetch_item_write_name(&name, item);
			bool named = buf_status(&name) == 0;
			answers_add_kind(fetch->answers,
				named ? (struct roost_text) { name.data, name.size } : TEXT_ABSENT);
			buf_free(&name);
		}
	}
	return r;
}

uint32_t fetch_prepare(struct fetch *fetch, const struct roost_uidset *uids, unsigned *fields_out)
{
	const unsigned content = ROOST_MESSAGE_OUTLINE | ROOST_MESSAGE_CONTENT;
	uint32_t last = UINT32_MAX;

	fetch->bare = fetch->answers != NULL && answers_look_up(fetch->answers, uids, &last);
	*fields_out = fetch->bare ? (fetch->fields & ~content) | fetch->bare_fields : fetch->fields;
	return last;
}

void fetch_clear(struct fetch *fetch)
{
	roost_uidset_clear(&fetch->marked);
	answers_destroy(fetch->answers);
}

const char *fetch_begin(struct roost_conn *conn, uint32_t sequence, uint32_t uid, bool wants_uid)
{
	bool uid_only = conn_has_enabled(conn, ENABLED_UIDONLY);
	struct buf *buf = conn_buf(conn);

	buf_string(buf, "* ");
	buf_number(buf, uid_only ? uid : sequence);
	buf_string(buf, uid_only ? " UIDFETCH (" : " FETCH (");
	if (!wants_uid || uid_only) {
		return "";
	}
	buf_string(buf, "UID ");
	buf_number(buf, uid);
	return " ";
}

/* One item with its value, after `separator`. */
static void write_item(struct fetch *fetch, const char *separator, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	struct buf *buf = conn_buf(fetch->conn);

	buf_string(buf, separator);
	fetch_item_write_name(buf, item);
	buf_char(buf, ' ');
	rules[item->kind].write(fetch, item, message, outline);
}

/* The same, kept from last time, or else for the next. */
static void write_lasting_item(struct fetch *fetch, const char *separator, size_t kind,
	const struct fetch_item *item, const struct roost_message *message,
	const struct roost_outline *outline)
{
	struct output *output = &fetch->conn->output;
	struct roost_text answer = answers_get(fetch->answers, kind, message->uid);
	struct buf *buf = output_piece(output, KEPT_NAME + 2 * MEMO_MAX_ANSWER);
	bool damaged = fetch->damaged;

	buf_string(buf, separator);
	if (answer.bytes != NULL) {
		buf_text(buf, answer);
		return;
	}
	size_t before = buf->size, segments = output->segments;
	fetch->damaged = false;
	write_item(fetch, "", item, message, outline);
	/* What is in one piece is small. */
	if (!fetch->damaged && output->segments == segments && buf_status(buf) == 0) {
		answer = (struct roost_text) { buf->data + before, buf->size - before };
		answers_keep(fetch->answers, kind, message->uid, answer);
	}
	fetch->damaged = fetch->damaged || damaged;
}

static bool can_tell(struct fetch *fetch, const struct fetch_item *item,
	const struct roost_message *message, const struct roost_outline *outline)
{
	const struct rule *rule = &rules[item->kind];

	return rule->can == NULL || rule->can(fetch, item, message, outline);
}

/* There is no response without items. */
static bool can_tell_any(struct fetch *fetch, const struct roost_message *message,
	const struct roost_outline *outline)
{
	const struct fetch_item *item = fetch->items;

	if (fetch->wants_uid || fetch->wants_modseq ||
		roost_uidset_contains(&fetch->marked, message->uid)) {
		return true;
	}
	while (item != NULL && !can_tell(fetch, item, message, outline)) {
		item = item->next;
	}
	return item != NULL;
}

static void write_message(struct fetch *fetch, uint32_t sequence,
	const struct roost_message *message, const struct roost_outline *outline)
{
	static const struct fetch_item flags = { .kind = FETCH_FLAGS };
	static const struct fetch_item modseq = { .kind = FETCH_MODSEQ };
	struct roost_conn *conn = fetch->conn;
	bool marked = roost_uidset_contains(&fetch->marked, message->uid);
	/* Flags changed, so UID and MODSEQ are told as with all such news: RFC 7162 section 3.2.4. */
	bool news = marked && conn_shows_modseq(conn);
	bool told_modseq = false;
	const char *separator = fetch_begin(conn, sequence, message->uid, fetch->wants_uid || news);
	size_t kind = 0;

	for (const struct fetch_item *item = fetch->items; item != NULL; item = item->next) {
		if (fetch->answers != NULL && is_lasting(item)) {
			write_lasting_item(fetch, separator, kind++, item, message, outline);
			separator = " ";
		} else if (item->kind != FETCH_UID && can_tell(fetch, item, message, outline)) {
			write_item(fetch, separator, item, message, outline);
			separator = " ";
			told_modseq = told_modseq || item->kind == FETCH_MODSEQ;
		}
	}
	if (!fetch->wants_flags && marked) {
		write_item(fetch, separator, &flags, message, outline);
		separator = " ";
	}
	if (!told_modseq && (fetch->wants_modseq || news)) {
		write_item(fetch, separator, &modseq, message, outline);
	}
	buf_string(conn_buf(conn), ")\r\n");
}

int fetch_tell(struct fetch *fetch, uint32_t sequence, const struct roost_message *message)
{
	struct roost_outline outline;
	const struct roost_outline *known = NULL;

	if (fetch->wants_flags || roost_uidset_contains(&fetch->marked, message->uid)) {
		int r = flags_tell_new(fetch->conn, &message->flags);
		if (r < 0) {
			return r;
		}
	}
	bool wants_outline = fetch->bare ? fetch->bare_outline : fetch->wants_outline;
	if (wants_outline && message_outline(fetch->scratch, message, &outline) == 0) {
		known = &outline;
	}
	if (can_tell_any(fetch, message, known)) {
		write_message(fetch, sequence, message, known);
	}
	roost_call_reset(fetch->scratch);
	return 0;
}
