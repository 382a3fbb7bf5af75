/* mailbox_name.c - names of mailboxes as a command line or a Maildir++ folder gives them. */
#include "mailbox_name.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roost/limits.h>

/* The length of the UTF-8 sequence at `text`, 0 when it is none. RFC 3629 section 4. */
static size_t utf8_length(const unsigned char *text)
{
	static const struct {
		unsigned char first, last, second_first, second_last, length;
	} rows[] = {
		{ 0x01, 0x7f, 0, 0, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (text[0] < rows[i].first || text[0] > rows[i].last) {
			continue;
		}
		size_t length = rows[i].length;
		if (length > 1 &&
			(text[1] < rows[i].second_first || text[1] > rows[i].second_last)) {
			return 0;
		}
		for (size_t k = 2; k < length; k++) {
			if ((text[k] & 0xc0) != 0x80) {
				return 0;
			}
		}
		return length;
	}
	return 0;
}

bool mailbox_name_is_valid(const char *name)
{
	size_t n = strlen(name);
	if (n == 0 || n > ROOST_MAX_MAILBOX_NAME || name[0] == '/' || name[n - 1] == '/' ||
		strstr(name, "//") != NULL) {
		return false;
	}
	const unsigned char *at = (const unsigned char *)name;
	while (*at != '\0') {
		size_t length = utf8_length(at);
		if (length == 0 || *at < 0x20 || *at == 0x7f) {
			return false;
		}
		at += length;
	}
	return true;
}

static size_t put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* One run of modified base64, from after '&' to before '-': UTF-16, big-endian. Moves `*to_io` on;
 * false when it is malformed. */
static bool decode_run(const char *run, size_t n, char **to_io)
{
	uint32_t bits = 0;
	unsigned count = 0;
	uint32_t high = 0;
	for (size_t i = 0; i < n; i++) {
		const char *digit = memchr(alphabet, run[i], 64);
		if (digit == NULL) {
			return false;
		}
		bits = bits << 6 | (uint32_t)(digit - alphabet);
		count += 6;
		if (count < 16) {
			continue;
		}
		count -= 16;
		uint32_t unit = bits >> count & 0xffff;
		bits &= (1u << count) - 1;
		bool is_high = unit >= 0xd800 && unit < 0xdc00;
		bool is_low = unit >= 0xdc00 && unit < 0xe000;
		if (is_low != (high != 0) || unit < 0x20) {
			return false;
		}
		if (is_high) {
			high = unit;
			continue;
		}
		uint32_t c = is_low ? 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00) : unit;
		high = 0;
		*to_io += put_utf8(*to_io, c);
	}
	return n > 0 && high == 0 && count < 6 && bits == 0;
}

static bool decode(const char *folder, char *to)
{
	while (*folder != '\0') {
		if (*folder != '&') {
			*to++ = *folder++;
			continue;
		}
		folder++;
		const char *end = strchr(folder, '-');
		if (end == NULL) {
			return false;
		}
		if (end == folder) {
			*to++ = '&';
		} else if (!decode_run(folder, (size_t)(end - folder), &to)) {
			return false;
		}
		folder = end + 1;
	}
	*to = '\0';
	return true;
}

char *mailbox_name_decode(const char *folder)
{
	/* Three digits of base64 become at most three bytes, and the rest stays as long as it is. */
	char *name = malloc(2 * strlen(folder) + 1);
	if (name != NULL && !decode(folder, name)) {
		memcpy(name, folder, strlen(folder) + 1);
	}
	return name;
}

/* The character at `*text_io`, which moves on; U+FFFD for a byte that is none. */
static uint32_t next_character(const unsigned char **text_io)
{
	const unsigned char *text = *text_io;
	size_t length = utf8_length(text);
	uint32_t c = length == 0   ? 0xfffd
		     : length == 1 ? text[0]
				   : text[0] & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		c = c << 6 | (text[i] & 0x3fu);
	}
	*text_io += length == 0 ? 1 : length;
	return c;
}

/* Base64 as it grows. */
struct run {
	char *to;
	uint32_t bits;
	unsigned count; /* of the bits that are not written yet */
};

static void put_unit(struct run *run, uint32_t unit)
{
	run->bits = run->bits << 16 | unit;
	run->count += 16;
	while (run->count >= 6) {
		run->count -= 6;
		*run->to++ = alphabet[run->bits >> run->count & 63];
	}
	run->bits &= (1u << run->count) - 1;
}

static bool is_plain(unsigned char c, const char *escaped)
{
	return c >= 0x20 && c < 0x7f && strchr(escaped, c) == NULL;
}

/* All from here on that is not plain, as "&…-". */
static char *encode_run(const unsigned char **text_io, const char *escaped, char *to)
{
	struct run run = { .to = to };
	*run.to++ = '&';
	while (**text_io != '\0' && !is_plain(**text_io, escaped)) {
		uint32_t c = next_character(text_io);
		if (c >= 0x10000) {
			put_unit(&run, 0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_unit(&run, c);
	}
	if (run.count > 0) {
		*run.to++ = alphabet[run.bits << (6 - run.count) & 63];
	}
	*run.to++ = '-';
	return run.to;
}

char *mailbox_name_encode(const char *name, const char *escaped)
{
	/* At worst every second byte is a run of its own: "&", three digits, "-". */
	char *encoded = malloc(5 * strlen(name) + 1);
	const unsigned char *at = (const unsigned char *)name;
	char *to = encoded;
	while (encoded != NULL && *at != '\0') {
		if (*at == '&') {
			*to++ = '&';
			*to++ = '-';
			at++;
		} else if (is_plain(*at, escaped)) {
			*to++ = (char)*at++;
		} else {
			to = encode_run(&at, escaped, to);
		}
	}
	if (encoded != NULL) {
		*to = '\0';
	}
	return encoded;
}

char *mailbox_name_under(const char *mailbox, const char *name)
{
	bool is_inbox = strcasecmp(name, "INBOX") == 0;
	char *under = NULL;
	if (name[0] == '\0' || is_inbox) {
		return strdup(mailbox != NULL ? mailbox : "INBOX");
	}
	if (mailbox != NULL) {
		return asprintf(&under, "%s/%s", mailbox, name) < 0 ? NULL : under;
	}
	/* INBOX is spelled so above others, too. */
	is_inbox = strncasecmp(name, "INBOX/", 6) == 0;
	return asprintf(&under, "%s%s", is_inbox ? "INBOX" : "", is_inbox ? name + 5 : name) < 0
		       ? NULL
		       : under;
}

/* Write a level, whose '/' are not ours. */
static char *put_level(char *to, const char *level)
{
	for (; *level != '\0'; level++) {
		if (*level == '/') {
			memcpy(to, "\xe2\x88\x95", 3);
			to += 3;
		} else {
			*to++ = *level;
		}
	}
	return to;
}

static char *decode_level(const char *text, size_t n)
{
	char *copy = strndup(text, n);
	char *decoded = copy != NULL ? mailbox_name_decode(copy) : NULL;
	free(copy);
	return decoded;
}

char *mailbox_name_of_server(struct roost_text raw, char delimiter)
{
	/* A byte becomes two at most by decoding, and three when that is a '/'. */
	char *name = raw.size <= 4 * ROOST_MAX_MAILBOX_NAME ? malloc(6 * raw.size + 1) : NULL;
	char *to = name;
	if (name == NULL || memchr(raw.bytes, '\0', raw.size) != NULL) {
		free(name);
		return NULL;
	}
	for (size_t at = 0; at <= raw.size;) {
		const char *begin = raw.bytes + at;
		const char *end =
			delimiter != '\0' ? memchr(begin, delimiter, raw.size - at) : NULL;
		size_t n = end != NULL ? (size_t)(end - begin) : raw.size - at;
		char *level = decode_level(begin, n);
		if (level == NULL) {
			free(name);
			return NULL;
		}
		to = put_level(to, level);
		free(level);
		at += n + 1;
		if (at <= raw.size) {
			*to++ = '/';
		}
	}
	*to = '\0';
	if (strncasecmp(name, "INBOX", 5) == 0 && (name[5] == '\0' || name[5] == '/')) {
		memcpy(name, "INBOX", 5);
	}
	if (!mailbox_name_is_valid(name)) {
		free(name);
		return NULL;
	}
	return name;
}
