/* imap_response.c - one response of an IMAP server, taken apart. */
#include "imap_response.h"

#include <string.h>
#include <strings.h>
#include <time.h>

/* What is being read, and where. */
struct cursor {
	struct imap_text *text;
	size_t at;
	size_t literal; /* the next one */
	const char *error;
};

static bool fail(struct cursor *cursor, const char *why)
{
	if (cursor->error == NULL) {
		cursor->error = why;
	}
	return false;
}

static bool is_at_end(const struct cursor *cursor)
{
	return cursor->at == cursor->text->size;
}

/* The byte here; '\0' at the end, and where one is. */
static char look(const struct cursor *cursor)
{
	return is_at_end(cursor) ? '\0' : cursor->text->bytes[cursor->at];
}

static bool take(struct cursor *cursor, char c)
{
	if (is_at_end(cursor) || look(cursor) != c) {
		return false;
	}
	cursor->at++;
	return true;
}

static bool require(struct cursor *cursor, char c)
{
	return take(cursor, c) || fail(cursor, "something is missing in it");
}

static bool is_word_byte(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && strchr("(){\"[]", c) == NULL;
}

/* All up to a space, parenthesis, bracket, quote; may be empty. */
static struct roost_text word(struct cursor *cursor)
{
	struct roost_text word = { cursor->text->bytes + cursor->at, 0 };
	while (!is_at_end(cursor) && is_word_byte(look(cursor))) {
		cursor->at++;
		word.size++;
	}
	return word;
}

static bool is_word(struct roost_text word, const char *wanted)
{
	return word.size == strlen(wanted) && strncasecmp(word.bytes, wanted, word.size) == 0;
}

static bool to_number(struct roost_text word, uint32_t *number_out)
{
	uint64_t number = 0;
	for (size_t i = 0; i < word.size; i++) {
		if (word.bytes[i] < '0' || word.bytes[i] > '9' || number > UINT32_MAX) {
			return false;
		}
		number = number * 10 + (uint64_t)(word.bytes[i] - '0');
	}
	*number_out = (uint32_t)number;
	return word.size > 0 && number <= UINT32_MAX;
}

/* A quoted string, unescaped where it stands. */
static bool quoted(struct cursor *cursor, struct roost_text *text_out)
{
	char *bytes = cursor->text->bytes;
	size_t from = ++cursor->at;
	size_t to = from;
	while (!is_at_end(cursor) && bytes[cursor->at] != '"') {
		if (bytes[cursor->at] == '\\' && cursor->at + 1 < cursor->text->size) {
			cursor->at++;
		}
		bytes[to++] = bytes[cursor->at++];
	}
	*text_out = (struct roost_text) { bytes + from, to - from };
	return require(cursor, '"');
}

bool imap_response_announces(const char *line, size_t n, uint64_t *size_out)
{
	uint64_t size = 0;
	size_t at = n;
	if (n < 3 || line[n - 1] != '}') {
		return false;
	}
	for (at = n - 1; at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9'; at--) {
	}
	if (at == 0 || line[at - 1] != '{' || n - at - 1 == 0 || n - at - 1 > 18) {
		return false;
	}
	for (size_t i = at; i < n - 1; i++) {
		size = size * 10 + (uint64_t)(line[i] - '0');
	}
	*size_out = size;
	return true;
}

/* "{N}" and a line end. */
static bool literal(struct cursor *cursor, struct roost_content **content_out)
{
	const char *begin = cursor->text->bytes + cursor->at;
	const char *newline = memchr(begin, '\n', cursor->text->size - cursor->at);
	if (newline == NULL || cursor->literal == cursor->text->literal_count) {
		return fail(cursor, "a literal is missing in it");
	}
	*content_out = cursor->text->literals[cursor->literal++];
	cursor->at += (size_t)(newline - begin) + 1;
	return true;
}

/* A string or NIL. What is in a large literal is in `content_out`, which may be NULL: then such a
 * literal is an error. */
static bool nstring(
	struct cursor *cursor, struct roost_text *text_out, struct roost_content **content_out)
{
	struct roost_content *content = NULL;
	*text_out = (struct roost_text) { NULL, 0 };
	(void)(look(cursor) == '~' && take(cursor, '~')); /* literal8 */
	if (look(cursor) == '"') {
		return quoted(cursor, text_out);
	}
	if (look(cursor) != '{') {
		return is_word(word(cursor), "NIL") || fail(cursor, "a string is missing in it");
	}
	if (!literal(cursor, &content)) {
		return false;
	}
	if (content_out != NULL) {
		*content_out = content;
		return true;
	}
	*text_out = (struct roost_text) { roost_content_pointer(content), (size_t)content->size };
	if (text_out->bytes == NULL && text_out->size == 0) {
		text_out->bytes = "";
	}
	return text_out->bytes != NULL || fail(cursor, "it has a literal that is too large");
}

/* The name of a mailbox. */
static bool astring(struct cursor *cursor, struct roost_text *text_out)
{
	if (look(cursor) == '"' || look(cursor) == '{') {
		return nstring(cursor, text_out, NULL);
	}
	/* An atom; servers leave brackets unquoted in it. */
	text_out->bytes = cursor->text->bytes + cursor->at;
	text_out->size = 0;
	while (!is_at_end(cursor) &&
		(is_word_byte(look(cursor)) || look(cursor) == '[' || look(cursor) == ']')) {
		cursor->at++;
		text_out->size++;
	}
	return text_out->size > 0 || fail(cursor, "a name is missing in it");
}

/* Pass over whatever value stands here. */
static bool skip_value(struct cursor *cursor)
{
	unsigned depth = 0;
	do {
		struct roost_text text;
		struct roost_content *content = NULL;
		while (depth > 0 && take(cursor, ' ')) {
		}
		if (take(cursor, '(')) {
			if (++depth > ROOST_MAX_NESTING) {
				return fail(cursor, "it is nested too deeply");
			}
		} else if (depth > 0 && take(cursor, ')')) {
			depth--;
		} else if (look(cursor) == '"') {
			if (!quoted(cursor, &text)) {
				return false;
			}
		} else if (look(cursor) == '{') {
			if (!literal(cursor, &content)) {
				return false;
			}
		} else if (!take(cursor, '[') && !take(cursor, ']') && word(cursor).size == 0) {
			return fail(cursor, "a value is missing in it");
		}
	} while (depth > 0);
	return true;
}

/* "(\Seen $Forwarded)" */
static bool flag_list(struct cursor *cursor, struct imap_response *response)
{
	if (!require(cursor, '(')) {
		return false;
	}
	while (!take(cursor, ')')) {
		struct roost_text flag = word(cursor);
		/* What is no atom has brackets perhaps: not for us. */
		while (take(cursor, '[') || take(cursor, ']')) {
			flag.size = 0;
			(void)word(cursor);
		}
		if (flag.size > 0 && response->flag_count < IMAP_RESPONSE_FLAGS) {
			response->flags[response->flag_count++] = flag;
		}
		if (!take(cursor, ' ') && look(cursor) != ')') {
			return fail(cursor, "a list of flags does not end in it");
		}
	}
	return true;
}

static bool digits(const char *text, size_t n, int *number_out)
{
	int number = 0;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
		number = number * 10 + (text[i] - '0');
	}
	*number_out = number;
	return true;
}

/* "17-Jul-1996 02:44:25 -0700", the day perhaps with a space in front. */
static bool to_date(struct roost_text text, struct roost_time *date_out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char date[27];
	struct tm tm = { 0 };
	int hours = 0, minutes = 0;
	if (text.bytes == NULL || text.size < 25 || text.size > 26) {
		return false;
	}
	date[0] = '0';
	memcpy(date + 26 - text.size, text.bytes, text.size);
	date[26] = '\0';
	date[0] = date[0] == ' ' ? '0' : date[0];
	for (tm.tm_mon = 0; tm.tm_mon < 12; tm.tm_mon++) {
		if (strncasecmp(months + (size_t)tm.tm_mon * 3, date + 3, 3) == 0) {
			break;
		}
	}
	if (!digits(date, 2, &tm.tm_mday) || tm.tm_mon == 12 || !digits(date + 7, 4, &tm.tm_year) ||
		!digits(date + 12, 2, &tm.tm_hour) || !digits(date + 15, 2, &tm.tm_min) ||
		!digits(date + 18, 2, &tm.tm_sec) || (date[21] != '+' && date[21] != '-') ||
		!digits(date + 22, 2, &hours) || !digits(date + 24, 2, &minutes) || hours > 23 ||
		minutes > 59) {
		return false;
	}
	tm.tm_year -= 1900;
	date_out->zone = (date[21] == '-' ? -1 : 1) * (hours * 60 + minutes);
	date_out->seconds = (int64_t)timegm(&tm) - (int64_t)date_out->zone * 60;
	return true;
}

/* What stands after the name of an item, "[]" or "[HEADER]<0>": whether it is the whole message. */
static bool section(struct cursor *cursor, bool *whole_out)
{
	*whole_out = false;
	if (!take(cursor, '[')) {
		return true;
	}
	*whole_out = look(cursor) == ']';
	while (!is_at_end(cursor) && look(cursor) != ']') {
		cursor->at++;
	}
	if (!require(cursor, ']')) {
		return false;
	}
	*whole_out = *whole_out && look(cursor) == ' ';
	(void)word(cursor);
	return true;
}

/* "UID 12", "FLAGS (…)", "BODY[] {12}…" */
static bool fetch_item(struct cursor *cursor, struct imap_response *response)
{
	struct roost_text name = word(cursor);
	struct roost_text text = { NULL, 0 };
	bool whole = false;
	if (name.size == 0 || !section(cursor, &whole) || !require(cursor, ' ')) {
		return fail(cursor, "an item is missing in it");
	}
	if (is_word(name, "UID")) {
		return to_number(word(cursor), &response->uid) || fail(cursor, "it has no UID");
	}
	if (is_word(name, "FLAGS")) {
		response->has_flags = true;
		response->flag_count = 0;
		return flag_list(cursor, response);
	}
	if (is_word(name, "INTERNALDATE") && look(cursor) == '"') {
		if (!quoted(cursor, &text)) {
			return false;
		}
		response->has_date = to_date(text, &response->date);
		return true;
	}
	if (is_word(name, "BODY") && whole) {
		bool good = nstring(cursor, &response->body_text, &response->body);
		response->has_body =
			good && (response->body != NULL || response->body_text.bytes != NULL);
		return good;
	}
	return skip_value(cursor);
}

static bool fetch(struct cursor *cursor, struct imap_response *response)
{
	response->kind = IMAP_FETCH;
	if (!require(cursor, '(')) {
		return false;
	}
	while (!take(cursor, ')')) {
		if (!fetch_item(cursor, response)) {
			return false;
		}
		if (!take(cursor, ' ') && look(cursor) != ')') {
			return fail(cursor, "an item does not end in it");
		}
	}
	return true;
}

/* LIST (\HasChildren) "/" name */
static bool list(struct cursor *cursor, struct imap_response *response)
{
	struct roost_text delimiter;
	response->kind = IMAP_LIST;
	if (!require(cursor, ' ') || !flag_list(cursor, response) || !require(cursor, ' ') ||
		!nstring(cursor, &delimiter, NULL) || !require(cursor, ' ') ||
		!astring(cursor, &response->name)) {
		return false;
	}
	response->delimiter = delimiter.size == 1 ? delimiter.bytes[0] : '\0';
	return true;
}

/* STATUS name (MESSAGES 12) */
static bool status_of(struct cursor *cursor, struct imap_response *response)
{
	if (!require(cursor, ' ') || !astring(cursor, &response->name) || !require(cursor, ' ') ||
		!require(cursor, '(')) {
		return false;
	}
	while (!take(cursor, ')')) {
		bool messages = is_word(word(cursor), "MESSAGES");
		if (!require(cursor, ' ')) {
			return false;
		}
		if (messages) {
			response->kind = IMAP_EXISTS;
			if (!to_number(word(cursor), &response->number)) {
				return fail(cursor, "it has no number");
			}
		} else if (!skip_value(cursor)) {
			return false;
		}
		(void)take(cursor, ' ');
	}
	return true;
}

/* "[UIDVALIDITY 12] text" */
static bool resp_text(struct cursor *cursor, struct imap_response *response)
{
	(void)take(cursor, ' ');
	struct cursor code = *cursor;
	if (take(cursor, '[')) {
		const char *begin = cursor->text->bytes + cursor->at;
		const char *end = memchr(begin, ']', cursor->text->size - cursor->at);
		if (end == NULL) {
			return fail(cursor, "a response code does not end in it");
		}
		code.at++;
		struct roost_text name = word(&code);
		(void)take(&code, ' ');
		if (is_word(name, "UIDVALIDITY")) {
			(void)to_number(word(&code), &response->uid_validity);
		} else if (is_word(name, "CAPABILITY")) {
			const char *at = code.text->bytes + code.at;
			response->capabilities.bytes = at;
			response->capabilities.size = end > at ? (size_t)(end - at) : 0;
		}
		cursor->at += (size_t)(end - begin) + 1;
		(void)take(cursor, ' ');
	}
	response->text = (struct roost_text) { cursor->text->bytes + cursor->at,
		cursor->text->size - cursor->at };
	cursor->at = cursor->text->size;
	return true;
}

static bool find_status(struct roost_text name, enum imap_status *status_out)
{
	static const char *const names[] = {
		[IMAP_OK] = "OK",
		[IMAP_NO] = "NO",
		[IMAP_BAD] = "BAD",
		[IMAP_PREAUTH] = "PREAUTH",
		[IMAP_BYE] = "BYE",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (is_word(name, names[i])) {
			*status_out = (enum imap_status)i;
			return true;
		}
	}
	return false;
}

static bool untagged(struct cursor *cursor, struct imap_response *response)
{
	struct roost_text name = word(cursor);
	response->kind = IMAP_OTHER;
	if (find_status(name, &response->status)) {
		response->kind = IMAP_STATUS;
		return resp_text(cursor, response);
	}
	if (is_word(name, "CAPABILITY")) {
		response->kind = IMAP_CAPABILITY;
		response->text = (struct roost_text) { cursor->text->bytes + cursor->at,
			cursor->text->size - cursor->at };
		return true;
	}
	if (is_word(name, "LIST") || is_word(name, "LSUB")) {
		response->subscribed = is_word(name, "LSUB");
		return list(cursor, response);
	}
	if (is_word(name, "STATUS")) {
		return status_of(cursor, response);
	}
	if (!to_number(name, &response->number)) {
		return name.size > 0 || fail(cursor, "it says nothing");
	}
	if (!require(cursor, ' ')) {
		return false;
	}
	name = word(cursor);
	if (is_word(name, "EXISTS")) {
		response->kind = IMAP_EXISTS;
	} else if (is_word(name, "FETCH")) {
		return require(cursor, ' ') && fetch(cursor, response);
	}
	return true;
}

static bool tagged(struct cursor *cursor, struct imap_response *response)
{
	struct roost_text tag = word(cursor);
	response->kind = IMAP_TAGGED;
	struct roost_text number = { tag.bytes + 1, tag.size > 0 ? tag.size - 1 : 0 };
	if (tag.size == 0 || tag.bytes[0] != 'A' || !to_number(number, &response->tag)) {
		return fail(cursor, "it answers a command that was not given");
	}
	if (!require(cursor, ' ') || !find_status(word(cursor), &response->status) ||
		response->status > IMAP_BAD) {
		return fail(cursor, "it is neither OK, NO nor BAD");
	}
	return resp_text(cursor, response);
}

const char *imap_response_parse(struct imap_text *text, struct imap_response *response_out)
{
	struct cursor cursor = { .text = text };
	*response_out = (struct imap_response) { .kind = IMAP_OTHER };
	if (take(&cursor, '+')) {
		response_out->kind = IMAP_CONTINUE;
		(void)resp_text(&cursor, response_out);
	} else if (take(&cursor, '*')) {
		(void)(require(&cursor, ' ') && untagged(&cursor, response_out));
	} else {
		(void)tagged(&cursor, response_out);
	}
	return cursor.error;
}

bool imap_response_has_word(struct roost_text words, const char *wanted)
{
	size_t at = 0;
	while (at < words.size) {
		size_t begin = at;
		while (at < words.size && words.bytes[at] != ' ') {
			at++;
		}
		if (is_word((struct roost_text) { words.bytes + begin, at - begin }, wanted)) {
			return true;
		}
		at++;
	}
	return false;
}
