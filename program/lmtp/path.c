/* path.c - an address of MAIL FROM or RCPT TO, and whose mailbox it may mean. */
#include "path.h"

#include <string.h>

#include <utf8proc.h>

/* Where reading is; `at` never goes beyond `end`. */
struct reader {
	const char *at;
	const char *end;
};

/* The length of the printable character at `at`: a byte, or a sequence of UTF-8; 0 for all else. */
static size_t printable(const struct reader *reader)
{
	if (reader->at == reader->end) {
		return 0;
	}
	unsigned char c = (unsigned char)*reader->at;
	if (c < 0x80) {
		return c >= ' ' && c != 0x7f ? 1 : 0;
	}
	utf8proc_int32_t point;
	utf8proc_ssize_t n = utf8proc_iterate(
		(const utf8proc_uint8_t *)reader->at, reader->end - reader->at, &point);
	return n > 0 && point >= 0xa0 ? (size_t)n : 0;
}

static char *copy(struct reader *reader, size_t n, char *to)
{
	memcpy(to, reader->at, n);
	reader->at += n;
	return to + n;
}

static bool is_next(const struct reader *reader, char c)
{
	return reader->at < reader->end && *reader->at == c;
}

/* Skips "@one,@two:", which means nothing any more. RFC 5321, appendix C. */
static bool skip_route(struct reader *reader)
{
	if (!is_next(reader, '@')) {
		return true;
	}
	while (reader->at < reader->end && *reader->at != ':' && *reader->at != '>') {
		size_t n = printable(reader);
		if (n == 0 || *reader->at == ' ' || *reader->at == '"') {
			return false;
		}
		reader->at += n;
	}
	if (!is_next(reader, ':')) {
		return false;
	}
	reader->at++;
	return true;
}

static bool read_quoted(struct reader *reader, char *to)
{
	reader->at++;
	while (!is_next(reader, '"')) {
		if (is_next(reader, '\\')) {
			reader->at++;
		}
		size_t n = printable(reader);
		if (n == 0) {
			return false;
		}
		to = copy(reader, n, to);
	}
	reader->at++;
	*to = '\0';
	return true;
}

/* What is no quoted string. Dots may stand anywhere: such addresses exist. */
static bool read_dotted(struct reader *reader, char *to)
{
	const char *start = to;
	size_t n;
	while ((n = printable(reader)) > 0 && strchr(" \"(),:;<>@[\\]", *reader->at) == NULL) {
		to = copy(reader, n, to);
	}
	*to = '\0';
	return to > start;
}

/* A name, or a literal in brackets; lower case where it is ASCII. */
static bool read_domain(struct reader *reader, char *to)
{
	const char *start = to;
	size_t n;
	while ((n = printable(reader)) > 0 && strchr(" \"(),;<>@\\", *reader->at) == NULL) {
		bool upper = *reader->at >= 'A' && *reader->at <= 'Z';
		char *next = copy(reader, n, to);
		*to = (char)(upper ? *to + ('a' - 'A') : *to);
		to = next;
	}
	*to = '\0';
	return to > start;
}

static bool read_address(struct reader *reader, struct path *path)
{
	bool good = is_next(reader, '"') ? read_quoted(reader, path->local)
					 : read_dotted(reader, path->local);
	if (good && is_next(reader, '@')) {
		reader->at++;
		good = read_domain(reader, path->domain);
	}
	return good;
}

size_t path_read(const char *bytes, size_t n, struct path *path_out)
{
	struct reader reader = { bytes, bytes + n };
	if (!is_next(&reader, '<')) {
		return 0;
	}
	reader.at++;
	/* Every text is a part of what is read, which this keeps within its room. */
	if (n > PATH_MAX_TEXT + 2) {
		reader.end = bytes + PATH_MAX_TEXT + 2;
	}
	path_out->local[0] = path_out->domain[0] = '\0';
	if (!skip_route(&reader)) {
		return 0;
	}
	const char *start = reader.at;
	if ((start > bytes + 1 || !is_next(&reader, '>')) && !read_address(&reader, path_out)) {
		return 0;
	}
	if (!is_next(&reader, '>')) {
		return 0;
	}
	size_t size = (size_t)(reader.at - start);
	memcpy(path_out->text, start, size);
	path_out->text[size] = '\0';
	path_out->eight_bit = false;
	for (size_t i = 0; i < size; i++) {
		path_out->eight_bit = path_out->eight_bit || (unsigned char)start[i] >= 0x80;
	}
	return (size_t)(reader.at + 1 - bytes);
}

static bool has_upper(const char *text)
{
	while (*text != '\0' && (*text < 'A' || *text > 'Z')) {
		text++;
	}
	return *text != '\0';
}

static void make_lower(char *text)
{
	for (; *text != '\0'; text++) {
		*text = (char)(*text >= 'A' && *text <= 'Z' ? *text + ('a' - 'A') : *text);
	}
}

/* What a place stands for, so that counting them up gives the likeliest first. */
enum { PLACE_SPLIT = 1, PLACE_WITHOUT_DOMAIN = 2, PLACE_LOWER = 4, PLACES = 8 };

bool path_next_user(const struct path *path, unsigned *place_io, struct path_user *user_out)
{
	const char *plus = strchr(path->local, '+');
	for (; *place_io < PLACES; (*place_io)++) {
		unsigned place = *place_io;
		bool split = (place & PLACE_SPLIT) != 0;
		bool with_domain = (place & PLACE_WITHOUT_DOMAIN) == 0;
		size_t n =
			split && plus != NULL ? (size_t)(plus - path->local) : strlen(path->local);
		if ((split && plus == NULL) || (with_domain && path->domain[0] == '\0') || n == 0) {
			continue;
		}
		memcpy(user_out->name, path->local, n);
		user_out->name[n] = '\0';
		if ((place & PLACE_LOWER) != 0) {
			if (!has_upper(user_out->name)) {
				continue;
			}
			make_lower(user_out->name);
		}
		if (with_domain) {
			user_out->name[n] = '@';
			memcpy(user_out->name + n + 1, path->domain, strlen(path->domain) + 1);
		}
		user_out->detail = split && plus[1] != '\0' ? plus + 1 : NULL;
		(*place_io)++;
		return true;
	}
	return false;
}
