/* answers.c - cuts what a server sends into answers. */
#include "answers.h"

#include <ctype.h>
#include <string.h>

#include "common/fail.h"

enum { LINE_MAX_LENGTH = 1 << 28 };

/* The length of the literal that a line, without its CRLF, ends by announcing: {N} (RFC 3501, 4.3); 0
 * when it announces none. */
static uint64_t announced(const char *line, size_t length)
{
	uint64_t number = 0;
	uint64_t place = 1;
	size_t at = length - 1;
	if (length < 3 || line[at] != '}') {
		return 0;
	}
	while (at > 0 && isdigit((unsigned char)line[at - 1]) && place < UINT64_MAX / 1000) {
		at--;
		number += (uint64_t)(line[at] - '0') * place;
		place *= 10;
	}
	return at > 0 && at < length - 1 && line[at - 1] == '{' ? number : 0;
}

/* A whole line, with its LF. */
static void take_line(
	struct answers *answers, const char *line, size_t length, answers_told *told, void *context)
{
	bool first = !answers->inside;
	length -= length >= 2 && line[length - 2] == '\r' ? 2 : 1;
	answers->literal = announced(line, length);
	/* Behind an empty literal, too, the answer goes on. */
	answers->inside = length >= 3 && line[length - 1] == '}' &&
			  (answers->literal > 0 || memcmp(line + length - 3, "{0}", 3) == 0);
	if (first) {
		told(context, line, length);
	}
}

void answers_feed(
	struct answers *answers, const char *data, size_t length, answers_told *told, void *context)
{
	const char *end = data + length;
	while (data < end) {
		if (answers->literal > 0) {
			uint64_t here = (uint64_t)(end - data);
			here = here < answers->literal ? here : answers->literal;
			answers->literal -= here;
			data += here;
			continue;
		}
		const char *newline = memchr(data, '\n', (size_t)(end - data));
		const char *after = newline ? newline + 1 : end;
		if (!newline || answers->part.length > 0) {
			bytes_add(&answers->part, data, (size_t)(after - data));
		}
		if (answers->part.length > LINE_MAX_LENGTH) {
			fail("the server sends a line that does not end");
		}
		if (newline && answers->part.length > 0) {
			/* Emptied first: it is whole, and told() may look at the connection. */
			size_t whole = answers->part.length;
			answers->part.length = 0;
			take_line(answers, answers->part.data, whole, told, context);
		} else if (newline) {
			take_line(answers, data, (size_t)(after - data), told, context);
		}
		data = after;
	}
}

void answers_clear(struct answers *answers)
{
	bytes_clear(&answers->part);
	*answers = (struct answers) { 0 };
}
