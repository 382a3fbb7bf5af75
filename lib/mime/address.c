/* address.c - the addresses of From, To and their kin. RFC 5322 sections 3.4 and 4.4. */
#include "mime/address.h"

#include <stdbool.h>
#include <string.h>

#include <roost/error.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/text.h"

/* What has been read of one address. The same words stand in `phrase` with the spaces between them
 * and in `compact` without those that may stand around dots and "@"; which of the two was meant
 * is only known at the end. */
struct address_reader {
	const char *at, *end;
	void (*deliver)(void *context, const struct roost_address *address);
	void *context;
	struct buf phrase;
	struct buf compact;
	struct buf comment; /* the last one, which names the address when nothing else does */
	struct buf route;
	bool has_route;
	bool space; /* since the last character */
	char last; /* the last character outside quotes; 'a' for what was quoted */
	size_t name_end; /* of `phrase`: before the word that `compact` holds */
	bool has_at; /* then the domain is in `compact` from here on, behind the "@": */
	size_t domain;
	bool follows; /* behind another address, without a comma between */
	bool in_angle; /* the phrase is over */
	bool in_group;
	bool quotes_broken; /* from here on no quote is closed */
	bool comments_broken; /* from here on some comment is not closed */
	bool failed; /* memory ran out */
};

/* A failure is forgotten by the buffer, but not here. */
static void empty(struct address_reader *reader, struct buf *buf)
{
	reader->failed = reader->failed || buf_status(buf) < 0;
	buf_reset(buf);
}

static void forget(struct address_reader *reader)
{
	empty(reader, &reader->phrase);
	empty(reader, &reader->compact);
	empty(reader, &reader->comment);
	empty(reader, &reader->route);
	reader->has_route = reader->space = reader->has_at = reader->follows = reader->in_angle =
		false;
	reader->last = '\0';
	reader->name_end = reader->domain = 0;
}

static struct roost_text text_of(const struct buf *buf, size_t first)
{
	/* The bytes of an empty text must not be NULL, which is absent. */
	return buf->size > first ? (struct roost_text) { buf->data + first, buf->size - first }
				 : TEXT("");
}

static struct roost_text absent_if_empty(struct roost_text text)
{
	text = text_trim(text);
	return text.size == 0 ? TEXT_ABSENT : text;
}

/* Take a space off before the next character, unless it stands where spaces mean nothing. False
 * when the next word begins something new behind a whole address. */
static bool join(struct address_reader *reader, char c)
{
	bool space = reader->space && reader->phrase.size > 0;
	reader->space = false;
	if (!space) {
		return true;
	}
	buf_char(&reader->phrase, ' ');
	if (c == '.' || c == '@' || reader->last == '.' || reader->last == '@') {
		return true;
	}
	if (reader->has_at) {
		return false;
	}
	reader->name_end = reader->phrase.size;
	empty(reader, &reader->compact);
	return true;
}

/* Find what ends the quoted string or comment at the reader's place. */
static bool find_end(const struct address_reader *reader, char open, char close, const char **out)
{
	size_t depth = 1;
	for (const char *at = reader->at + 1; at < reader->end; at++) {
		if (*at == '\\' && at + 1 < reader->end) {
			at++;
		} else if (*at == close) {
			depth--;
			if (depth == 0) {
				*out = at;
				return true;
			}
		} else if (*at == open) {
			depth++;
		}
	}
	return false;
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool at_one_of(const struct address_reader *reader, const char *set)
{
	return reader->at < reader->end && is_one_of(*reader->at, set);
}

static void add(struct address_reader *reader, char c)
{
	if (!reader->in_angle) {
		buf_char(&reader->phrase, c);
	}
	buf_char(&reader->compact, c);
}

/* Without the backslashes. */
static void add_unquoted(struct buf *buf, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at == '\\' && at + 1 < end) {
			at++;
		}
		buf_char(buf, *at);
	}
}

static bool take_quoted(struct address_reader *reader)
{
	const char *end;
	if (reader->quotes_broken || !find_end(reader, '"', '"', &end)) {
		reader->quotes_broken = true;
		return false;
	}
	if (!reader->in_angle) {
		add_unquoted(&reader->phrase, reader->at + 1, end);
	}
	add_unquoted(&reader->compact, reader->at + 1, end);
	reader->last = 'a';
	reader->at = end + 1;
	return true;
}

static bool take_comment(struct address_reader *reader)
{
	const char *end;
	if (reader->comments_broken || !find_end(reader, '(', ')', &end)) {
		reader->comments_broken = true;
		return false;
	}
	empty(reader, &reader->comment);
	add_unquoted(&reader->comment, reader->at + 1, end);
	reader->space = true;
	reader->at = end + 1;
	return true;
}

/* "@one,@two:" at the start of an angle address. RFC 5322 section 4.4. */
static void take_route(struct address_reader *reader)
{
	const char *at = reader->at;
	while (at < reader->end && *at != ':' && *at != '>' && *at != '<' && *at != '"') {
		at++;
	}
	if (at == reader->end || *at != ':') {
		return;
	}
	for (const char *c = reader->at; c < at; c++) {
		if (!ascii_is_space(*c)) {
			buf_char(&reader->route, *c);
		}
	}
	reader->has_route = true;
	reader->at = at + 1;
}

/* Where memory ran out, what was noted of the address does not fit its parts. */
static bool is_whole(const struct address_reader *reader)
{
	return buf_status(&reader->phrase) == 0 && buf_status(&reader->compact) == 0 &&
	       buf_status(&reader->comment) == 0 && buf_status(&reader->route) == 0;
}

static void emit(struct address_reader *reader, struct roost_text name)
{
	if (!is_whole(reader)) {
		return;
	}
	struct roost_address address = {
		.name = name,
		.route = reader->has_route ? absent_if_empty(text_of(&reader->route, 0))
					   : TEXT_ABSENT,
		.mailbox = text_of(&reader->compact, 0),
		.host = TEXT(""),
	};
	if (reader->has_at) {
		address.mailbox.size = reader->domain - 1;
		address.host = text_of(&reader->compact, reader->domain);
	}
	reader->deliver(reader->context, &address);
}

/* The end of an address that had no angle brackets. */
static void emit_bare(struct address_reader *reader)
{
	struct roost_text name = absent_if_empty(text_of(&reader->comment, 0));
	struct roost_text words = text_trim(text_of(&reader->phrase, 0));
	if (words.size == 0 || (!reader->has_at && reader->follows)) {
		return;
	}
	if (!reader->has_at && memchr(words.bytes, ' ', words.size) != NULL) {
		/* Several words are a name, not a local part. */
		name = words;
		empty(reader, &reader->compact);
	} else if (reader->name_end > 0) {
		/* "Mary Smith mary@x.test": the brackets were forgotten. */
		name = absent_if_empty(
			(struct roost_text) { reader->phrase.data, reader->name_end });
	}
	emit(reader, name);
}

static void take_at(struct address_reader *reader)
{
	/* The last one counts: those before it belong to the local part. */
	add(reader, '@');
	reader->domain = reader->compact.size;
	reader->has_at = reader->domain > 0; /* else memory ran out */
	reader->last = '@';
	reader->at++;
}

/* "[IPv6:::1]", in which other characters mean nothing. */
static bool take_domain_literal(struct address_reader *reader)
{
	const char *end = reader->at + 1;
	while (end < reader->end && !is_one_of(*end, "]@<>,;\"")) {
		end++;
	}
	if (reader->last != '@' || end == reader->end || *end != ']') {
		return false;
	}
	for (; reader->at <= end; reader->at++) {
		if (!ascii_is_space(*reader->at)) {
			add(reader, *reader->at);
		}
	}
	reader->last = ']';
	return true;
}

static void take_word_piece(struct address_reader *reader)
{
	char c = *reader->at;
	if (c == '@') {
		take_at(reader);
	} else if (c == '"') {
		/* A quote that is not closed means nothing. */
		reader->at += !take_quoted(reader);
	} else if (c != '[' || !take_domain_literal(reader)) {
		add(reader, c);
		reader->last = c;
		reader->at++;
	}
}

/* Whether there was a space or comment. */
static bool take_space(struct address_reader *reader)
{
	if (at_one_of(reader, " \t\r\n")) {
		reader->space = true;
		reader->at++;
		return true;
	}
	return at_one_of(reader, "(") && take_comment(reader);
}

/* From "<" to ">", or to what cannot stand inside. */
static void take_angle_address(struct address_reader *reader)
{
	empty(reader, &reader->compact);
	reader->in_angle = true;
	reader->has_at = false;
	reader->last = '\0';
	while (at_one_of(reader, "< \t\r\n")) {
		reader->at++;
	}
	if (at_one_of(reader, "@,")) {
		take_route(reader);
	}
	while (reader->at < reader->end && !at_one_of(reader, ">,;<")) {
		if (!take_space(reader)) {
			take_word_piece(reader);
		}
	}
	if (at_one_of(reader, ">")) {
		reader->at++;
	}
	while (take_space(reader)) {
	}
	struct roost_text name = absent_if_empty(text_of(&reader->phrase, 0));
	emit(reader, name.bytes != NULL ? name : absent_if_empty(text_of(&reader->comment, 0)));
	forget(reader);
	reader->follows = true;
}

static void start_group(struct address_reader *reader)
{
	struct roost_address address = { .mailbox = text_trim(text_of(&reader->phrase, 0)) };
	reader->deliver(reader->context, &address);
	reader->in_group = true;
	forget(reader);
}

static void end_group(struct address_reader *reader)
{
	struct roost_address address = { .mailbox = TEXT_ABSENT };
	if (reader->in_group) {
		reader->deliver(reader->context, &address);
	}
	reader->in_group = false;
}

static void take_next(struct address_reader *reader)
{
	char c = *reader->at;
	if (take_space(reader)) {
		return;
	}
	if (c == ',' || c == ';') {
		emit_bare(reader);
		forget(reader);
		if (c == ';') {
			end_group(reader);
		}
		reader->at++;
	} else if (c == '<') {
		take_angle_address(reader);
	} else if (c == ':' && !reader->in_group && !reader->has_at) {
		start_group(reader);
		reader->at++;
	} else if (c == '>') {
		reader->at++;
	} else if (join(reader, c)) {
		take_word_piece(reader);
	} else {
		emit_bare(reader);
		forget(reader);
		reader->follows = true;
	}
}

int address_parse(struct roost_text value,
	void (*deliver)(void *context, const struct roost_address *address), void *context)
{
	struct address_reader reader = {
		.at = value.bytes,
		.end = value.bytes + value.size,
		.deliver = deliver,
		.context = context,
	};
	struct buf *bufs[] = { &reader.phrase, &reader.compact, &reader.comment, &reader.route };
	for (size_t i = 0; i < 4; i++) {
		/* A space may be added for each comment. */
		buf_init(bufs[i], 2 * value.size + 16);
	}
	while (reader.at < reader.end && !reader.failed) {
		take_next(&reader);
	}
	emit_bare(&reader);
	end_group(&reader);
	forget(&reader);
	for (size_t i = 0; i < 4; i++) {
		buf_free(bufs[i]);
	}
	return reader.failed ? ROOST_ERR_NO_MEMORY : 0;
}
