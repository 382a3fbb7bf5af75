/* pattern.c - matches response lines with the patterns of transcripts. */
#include "pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SET_WORDS 16

struct span {
	const char *bytes;
	size_t size;
};

struct capture {
	struct span name;
	struct span value;
};

struct match {
	const struct pattern_names *names;
	struct capture captures[PATTERN_NAMES];
	size_t capture_count;
};

static bool match_here(struct match *match, struct span pattern, struct span line);

static struct span skip(struct span span, size_t n)
{
	return (struct span) { span.bytes + n, span.size - n };
}

static bool span_is(struct span span, const char *text)
{
	return span.size == strlen(text) && memcmp(span.bytes, text, span.size) == 0;
}

static bool span_begins(struct span span, struct span with)
{
	return span.size >= with.size && memcmp(span.bytes, with.bytes, with.size) == 0;
}

/* As span_begins(), but ~ stands for a space. */
static bool span_begins_word(struct span span, struct span word)
{
	if (span.size < word.size) {
		return false;
	}
	for (size_t i = 0; i < word.size; i++) {
		if (span.bytes[i] != (word.bytes[i] == '~' ? ' ' : word.bytes[i])) {
			return false;
		}
	}
	return true;
}

/* Cut the first word, up to a space, off `text`. */
static struct span next_word(struct span *text)
{
	const char *space = memchr(text->bytes, ' ', text->size);
	struct span word = { text->bytes,
		space == NULL ? text->size : (size_t)(space - text->bytes) };
	*text = skip(*text, space == NULL ? word.size : word.size + 1);
	return word;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
	return found == NULL ? -1 : (int)(found - digits);
}

size_t pattern_unescape(char *text, size_t n)
{
	size_t out = 0;
	for (size_t in = 0; in < n; in++) {
		if (n - in >= 4 && text[in] == '\\' && text[in + 1] == 'x' &&
			hex_digit(text[in + 2]) >= 0 && hex_digit(text[in + 3]) >= 0) {
			text[out++] =
				(char)(hex_digit(text[in + 2]) * 16 + hex_digit(text[in + 3]));
			in += 3;
		} else {
			text[out++] = text[in];
		}
	}
	return out;
}

/* The rest matches after the first `n` bytes of the line were taken for `name`. */
static bool match_rest(
	struct match *match, struct span name, struct span rest, struct span line, size_t n)
{
	size_t count = match->capture_count;
	if (name.size > 0 && count < PATTERN_NAMES) {
		match->captures[count].name = name;
		match->captures[count].value = (struct span) { line.bytes, n };
		match->capture_count = count + 1;
	}
	if (match_here(match, rest, skip(line, n))) {
		return true;
	}
	match->capture_count = count;
	return false;
}

static bool match_any(
	struct match *match, struct span name, struct span rest, struct span line, size_t least)
{
	if (line.size < least) {
		return false;
	}
	if (rest.size == 0) {
		return match_rest(match, name, rest, line, line.size);
	}
	for (size_t n = least; n <= line.size; n++) {
		if (match_rest(match, name, rest, line, n)) {
			return true;
		}
	}
	return false;
}

static bool match_number(
	struct match *match, struct span name, struct span rest, struct span line, bool not_zero)
{
	size_t n = 0;
	while (n < line.size && line.bytes[n] >= '0' && line.bytes[n] <= '9') {
		n++;
	}
	if (n == 0 || (n > 1 && line.bytes[0] == '0') || (not_zero && line.bytes[0] == '0')) {
		return false;
	}
	return match_rest(match, name, rest, line, n);
}

/* The words still in `left` follow in some order, then the rest. */
static bool match_set(struct match *match, const struct span *words, unsigned left, bool first,
	struct span rest, struct span line)
{
	if (left == 0) {
		return match_here(match, rest, line);
	}
	if (!first) {
		if (line.size == 0 || line.bytes[0] != ' ') {
			return false;
		}
		line = skip(line, 1);
	}
	for (unsigned i = 0; i < SET_WORDS; i++) {
		if ((left & (1u << i)) != 0 && span_begins_word(line, words[i]) &&
			match_set(match, words, left & ~(1u << i), false, rest,
				skip(line, words[i].size))) {
			return true;
		}
	}
	return false;
}

static bool match_words(struct match *match, struct span text, struct span rest, struct span line)
{
	struct span words[SET_WORDS];
	unsigned count = 0;
	while (text.size > 0 && count < SET_WORDS) {
		words[count++] = next_word(&text);
	}
	return match_set(match, words, (1u << count) - 1, true, rest, line);
}

/* Whether each word of `wanted` stands, or with a ! in front does not stand, in `list`. */
static bool has_words(struct span wanted, struct span list)
{
	while (wanted.size > 0) {
		struct span word = next_word(&wanted);
		bool should = word.bytes[0] != '!';
		word = should ? word : skip(word, 1);
		bool found = false;
		for (struct span rest = list; rest.size > 0;) {
			struct span entry = next_word(&rest);
			found = found || (entry.size == word.size && span_begins(entry, word));
		}
		if (found != should) {
			return false;
		}
	}
	return true;
}

static bool match_with(struct match *match, struct span text, struct span rest, struct span line)
{
	const char *bracket = memchr(line.bytes, ']', line.size);
	size_t n = bracket == NULL ? line.size : (size_t)(bracket - line.bytes);
	return has_words(text, (struct span) { line.bytes, n }) &&
	       match_here(match, rest, skip(line, n));
}

static bool match_astring(struct match *match, struct span text, struct span rest, struct span line)
{
	if (span_begins(line, text)) {
		return match_here(match, rest, skip(line, text.size));
	}
	return line.size >= text.size + 2 && line.bytes[0] == '"' &&
	       span_begins(skip(line, 1), text) && line.bytes[text.size + 1] == '"' &&
	       match_here(match, rest, skip(line, text.size + 2));
}

static bool match_remembered(
	struct match *match, struct span name, struct span rest, struct span line)
{
	for (size_t i = 0; i < match->names->count; i++) {
		if (span_is(name, match->names->entries[i].name)) {
			struct span value = { match->names->entries[i].value,
				match->names->entries[i].size };
			return span_begins(line, value) &&
			       match_here(match, rest, skip(line, value.size));
		}
	}
	return false;
}

/* `item` is what stands between the braces. */
static bool match_item(struct match *match, struct span item, struct span rest, struct span line)
{
	const struct span set = { "set:", 4 };
	const struct span opt = { "opt:", 4 };
	const struct span with = { "with:", 5 };
	const struct span astring = { "astring:", 8 };
	if (item.size > 0 && item.bytes[0] == '$') {
		return match_remembered(match, skip(item, 1), rest, line);
	}
	if (span_begins(item, set)) {
		return match_words(match, skip(item, 4), rest, line);
	}
	if (span_begins(item, with)) {
		return match_with(match, skip(item, 5), rest, line);
	}
	if (span_begins(item, astring)) {
		return match_astring(match, skip(item, 8), rest, line);
	}
	if (span_begins(item, opt)) {
		struct span words = skip(item, 4);
		return (span_begins(line, words) &&
			       match_here(match, rest, skip(line, words.size))) ||
		       match_here(match, rest, line);
	}
	struct span name = { NULL, 0 };
	const char *equals = memchr(item.bytes, '=', item.size);
	if (equals != NULL) {
		name = (struct span) { item.bytes, (size_t)(equals - item.bytes) };
		item = skip(item, name.size + 1);
	}
	if (span_is(item, "text")) {
		return match_any(match, name, rest, line, 1);
	}
	if (span_is(item, "any")) {
		return match_any(match, name, rest, line, 0);
	}
	if (span_is(item, "number")) {
		return match_number(match, name, rest, line, false);
	}
	if (span_is(item, "uidvalidity")) {
		return match_number(match, name, rest, line, true);
	}
	return false;
}

static bool match_here(struct match *match, struct span pattern, struct span line)
{
	while (pattern.size > 0) {
		if (pattern.size >= 4 && memcmp(pattern.bytes, "{{", 2) == 0) {
			const char *end = memmem(pattern.bytes, pattern.size, "}}", 2);
			if (end != NULL) {
				size_t n = (size_t)(end - pattern.bytes);
				struct span item = { pattern.bytes + 2, n - 2 };
				return match_item(match, item, skip(pattern, n + 2), line);
			}
		}
		if (line.size == 0 || line.bytes[0] != pattern.bytes[0]) {
			return false;
		}
		pattern = skip(pattern, 1);
		line = skip(line, 1);
	}
	return line.size == 0;
}

static void remember(struct pattern_names *names, const struct capture *capture)
{
	size_t i = 0;
	while (i < names->count && !span_is(capture->name, names->entries[i].name)) {
		i++;
	}
	if (i == PATTERN_NAMES || capture->name.size >= sizeof(names->entries[i].name)) {
		abort();
	}
	if (i == names->count) {
		memcpy(names->entries[i].name, capture->name.bytes, capture->name.size);
		names->entries[i].name[capture->name.size] = '\0';
		names->entries[i].value = NULL;
		names->count++;
	}
	free(names->entries[i].value);
	names->entries[i].value = malloc(capture->value.size + 1);
	if (names->entries[i].value == NULL) {
		abort();
	}
	memcpy(names->entries[i].value, capture->value.bytes, capture->value.size);
	names->entries[i].value[capture->value.size] = '\0';
	names->entries[i].size = capture->value.size;
}

bool pattern_match(
	const char *pattern, size_t n, const char *line, size_t size, struct pattern_names *names)
{
	struct match match = { .names = names };
	if (!match_here(&match, (struct span) { pattern, n }, (struct span) { line, size })) {
		return false;
	}
	for (size_t i = 0; i < match.capture_count; i++) {
		remember(names, &match.captures[i]);
	}
	return true;
}

void pattern_names_clear(struct pattern_names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->entries[i].value);
	}
	names->count = 0;
}
