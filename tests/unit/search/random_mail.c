/* random_mail.c - hostile mail, and what to look for in it. */
#include "random_mail.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MAIL ((size_t)256 * 1024)

/* Few words, so that a needle is found in some messages and not in others. Upper and lower case,
 * characters that become several, or others, when they are folded; combining characters. */
static const char *const words[] = { "alpha", "Beta", "GAMMA", "wei\xc3\x9f", "WEISS",
	"\xc4\xb0stanbul", "istanbul", "\xc4\xb1\xc5\xbf", "\xef\xac\x81nal", "caf\xc3\xa9",
	"cafe\xcc\x81", "na\xc3\xafve", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
	"\xed\x95\x9c\xea\xb5\xad", "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82",
	"\xf0\x9f\x90\x94\xf0\x9f\xa5\x9a", "\xef\xb7\xba", "\xc7\x86\xc7\x85", "a.b@c.example",
	"<one@example>", "x", "yz", "100%", "\"quoted\"", "it's", "under_score", "a=b",
	"=?utf-8?Q?", "AND", "OR NOT", "NEAR(", "*", "--", "\xce\x91\xcc\x93\xcd\x85",
	"\xe1\xbe\x80" };
#define WORDS (sizeof(words) / sizeof(words[0]))

static const char *const fields[] = { "Subject", "From", "To", "Cc", "Bcc", "X-Mailer", "x-twice",
	"X-Twice", "Message-ID", "List-Id", "Comments", "X_Odd", "X.Dot", "Received",
	"Content-Description" };
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

uint32_t random_below(uint32_t *seed, uint32_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return n == 0 ? 0 : *seed % n;
}

static bool one_in(uint32_t *seed, uint32_t n)
{
	return random_below(seed, n) == 0;
}

/* What has no room is left out. */
struct text {
	char *bytes;
	size_t size, room;
};

static void add(struct text *text, const char *bytes, size_t n)
{
	n = n < text->room - text->size ? n : text->room - text->size;
	memcpy(text->bytes + text->size, bytes, n);
	text->size += n;
}

static void say(struct text *text, const char *string)
{
	add(text, string, strlen(string));
}

static void say_byte(struct text *text, unsigned byte)
{
	char c = (char)byte;
	add(text, &c, 1);
}

static void say_word(struct text *text, uint32_t *seed)
{
	const char *word = words[random_below(seed, WORDS)];
	size_t size = strlen(word);
	if (one_in(seed, 4)) {
		for (unsigned i = 0; i < 3; i++) {
			say_byte(text, "abcABC"[random_below(seed, 6)]);
		}
	} else if (one_in(seed, 12)) { /* in the middle of a character, perhaps */
		add(text, word, random_below(seed, (uint32_t)size + 1));
	} else {
		add(text, word, size);
	}
	if (one_in(seed, 40)) {
		say_byte(text, random_below(seed, 256));
	}
}

static void say_words(struct text *text, uint32_t *seed, uint32_t most)
{
	for (uint32_t n = 1 + random_below(seed, most); n > 0; n--) {
		say_word(text, seed);
		static const char *const gaps[] = { " ", " ", " ", "", "-", "  ", "\t", ", " };
		say(text, gaps[random_below(seed, 8)]);
	}
}

static void say_base64(struct text *text, const char *bytes, size_t n, uint32_t *seed, bool lines)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < n; i += 3) {
		unsigned group = (unsigned)(unsigned char)bytes[i] << 16;
		group |= i + 1 < n ? (unsigned)(unsigned char)bytes[i + 1] << 8 : 0;
		group |= i + 2 < n ? (unsigned char)bytes[i + 2] : 0;
		say_byte(text, (unsigned char)letters[group >> 18]);
		say_byte(text, (unsigned char)letters[group >> 12 & 63]);
		say_byte(text, i + 1 < n ? (unsigned char)letters[group >> 6 & 63] : '=');
		say_byte(text, i + 2 < n ? (unsigned char)letters[group & 63] : '=');
		if (lines && one_in(seed, 12)) {
			say(text, "\r\n");
		}
	}
}

static void say_quoted(struct text *text, const char *bytes, size_t n, uint32_t *seed, bool word)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (plain && !one_in(seed, 8)) {
			say_byte(text, c);
		} else if (word && c == ' ') {
			say_byte(text, '_');
		} else {
			say_byte(text, '=');
			say_byte(text, (unsigned char)digits[c >> 4]);
			say_byte(text, (unsigned char)digits[c & 15]);
		}
		if (!word && one_in(seed, 20)) {
			say(text, "=\r\n");
		}
	}
}

static const char *random_charset(uint32_t *seed)
{
	static const char *const charsets[] = { "utf-8", "UTF-8", "utf-8", "iso-8859-1",
		"windows-1252", "koi8-r", "iso-2022-jp", "utf-16le", "us-ascii", "x-unknown" };
	return charsets[random_below(seed, 10)];
}

static void say_encoded_word(struct text *text, uint32_t *seed)
{
	char bytes[400];
	struct text plain = { bytes, 0, 60 };
	say_words(&plain, seed, 3);
	say(text, "=?");
	say(text, random_charset(seed));
	if (one_in(seed, 2)) {
		say(text, "?B?");
		say_base64(text, plain.bytes, plain.size, seed, false);
	} else {
		say(text, "?q?");
		say_quoted(text, plain.bytes, plain.size, seed, true);
	}
	say(text, one_in(seed, 30) ? "?" : "?=");
}

static void say_field(struct text *text, uint32_t *seed)
{
	say(text, fields[random_below(seed, FIELDS)]);
	say(text, one_in(seed, 30) ? " :" : ":");
	for (uint32_t n = random_below(seed, 6); n > 0; n--) {
		say(text, one_in(seed, 5) ? "\r\n " : one_in(seed, 20) ? "\n\t" : " ");
		if (one_in(seed, 3)) {
			say_encoded_word(text, seed);
		} else {
			say_words(text, seed, 4);
		}
	}
	/* Longer than what is read at once. */
	for (unsigned i = one_in(seed, 400) ? 6000 : 0; i > 0; i--) {
		say_word(text, seed);
		say(text, i % 20 == 0 ? "\r\n " : " ");
	}
	say(text, one_in(seed, 30) ? "\n" : one_in(seed, 60) ? "\r" : "\r\n");
}

static void say_fields(struct text *text, uint32_t *seed)
{
	for (uint32_t n = random_below(seed, 8); n > 0; n--) {
		say_field(text, seed);
	}
	if (one_in(seed, 100)) {
		say(text, "no field at all\r\n");
	}
}

static void say_text_part(struct text *text, uint32_t *seed)
{
	static const char *const types[] = { "text/plain", "text/html", "TEXT/x-odd",
		"message/status", "application/octet-stream", "text/plain" };
	char *bytes = malloc(100000);
	struct text plain = { bytes, 0, bytes == NULL ? 0 : 100000 };
	for (uint32_t n = one_in(seed, 150) ? 9000 : random_below(seed, 30); n > 0; n--) {
		say_words(&plain, seed, 6);
		say(&plain, one_in(seed, 40) ? "<p class=\"x\">" : "\r\n");
		if (one_in(seed, 200)) {
			say_byte(&plain, 0);
		}
	}
	say(text, "Content-Type: ");
	say(text, types[random_below(seed, 6)]);
	say(text, "; charset=");
	say(text, random_charset(seed));
	uint32_t encoding = random_below(seed, 4);
	static const char *const encodings[] = { "8bit", "base64", "quoted-printable", "odd" };
	say(text, "\r\nContent-Transfer-Encoding: ");
	say(text, encodings[encoding]);
	say(text, "\r\n\r\n");
	if (encoding == 1) {
		say_base64(text, plain.bytes, plain.size, seed, true);
	} else if (encoding == 2) {
		say_quoted(text, plain.bytes, plain.size, seed, false);
	} else {
		add(text, plain.bytes, plain.size);
	}
	free(bytes);
}

static void say_entity(struct text *text, uint32_t *seed, unsigned depth);

static void say_multipart(struct text *text, uint32_t *seed, unsigned depth)
{
	char boundary[] = "b0";
	boundary[1] = (char)('0' + depth);
	say(text, "Content-Type: multipart/mixed; boundary=");
	say(text, boundary);
	say(text, "\r\n\r\n");
	say_words(text, seed, 3);
	for (uint32_t n = random_below(seed, 4); n > 0; n--) {
		say(text, "\r\n--");
		say(text, boundary);
		say(text, "\r\n");
		say_entity(text, seed, depth + 1);
	}
	say(text, "\r\n--");
	say(text, boundary);
	say(text, "--\r\n");
	say_words(text, seed, 3);
}

static void say_entity(struct text *text, uint32_t *seed, unsigned depth)
{
	uint32_t kind = depth > 4 ? 0 : random_below(seed, 8);
	if (kind == 7) {
		say(text, "Content-Type: message/rfc822\r\n\r\n");
		say_fields(text, seed);
		say_entity(text, seed, depth + 1);
	} else if (kind >= 5) {
		say_multipart(text, seed, depth);
	} else {
		say_text_part(text, seed);
	}
}

char *random_mail(uint32_t *seed, size_t *size_out)
{
	struct text text = { malloc(MAX_MAIL), 0, MAX_MAIL };
	if (text.bytes == NULL) {
		abort();
	}
	say_fields(&text, seed);
	if (!one_in(seed, 20)) {
		say_entity(&text, seed, 0);
	}
	if (one_in(seed, 20)) {
		text.size = random_below(seed, (uint32_t)text.size + 1);
	}
	*size_out = text.size;
	return text.bytes;
}

void random_needle(uint32_t *seed, char *needle, size_t size)
{
	struct text text = { needle, 0, size - 1 };
	say_words(&text, seed, 1 + random_below(seed, 2));
	if (text.size > 0 && one_in(seed, 2)) { /* from the middle */
		size_t from = random_below(seed, (uint32_t)text.size);
		text.size -= from;
		memmove(needle, needle + from, text.size);
		text.size = 1 + random_below(seed, (uint32_t)text.size);
	}
	size_t kept = 0;
	for (size_t i = 0; i < text.size; i++) {
		char c = needle[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (c != '\0') {
			needle[kept++] = letter && one_in(seed, 4) ? (char)(c ^ 0x20) : c;
		}
	}
	while (kept > 0 && needle[kept - 1] == ' ' && !one_in(seed, 4)) {
		kept--;
	}
	needle[kept] = '\0';
}

const char *random_field(uint32_t *seed)
{
	return one_in(seed, 10) ? "X-Missing" : fields[random_below(seed, FIELDS)];
}
