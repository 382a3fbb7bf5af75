/* file_name.c - names of mailboxes as names of files that every file system takes. */
#include "file_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "identity.h"

/* Bytes of a file's name that are used; file systems have 255, and a temporary name is longer. */
#define LONGEST 200

/* Digits of the digest: enough that no two names of one user meet. */
#define DIGITS 16

static bool ends_at(const char *level, size_t i, size_t n, const char *end)
{
	return n - i == strlen(end) && strncasecmp(level + i, end, n - i) == 0;
}

/* Whether the byte begins something by which a reader knows what a file is. */
static bool is_telling(const char *level, size_t i, size_t n)
{
	return (i == 0 && n > 6 && strncasecmp(level, "roost-", 6) == 0) ||
	       ends_at(level, i, n, ".eml") || ends_at(level, i, n, ".mbox") ||
	       ends_at(level, i, n, ".sbd");
}

static bool is_plain(const char *level, size_t i, size_t n)
{
	unsigned char c = (unsigned char)level[i];
	if (c < ' ' || c == 0x7f || strchr("%/\\:*?\"<>|", c) != NULL || is_telling(level, i, n)) {
		return false;
	}
	/* A hidden file, one of the two that are in each folder, and what some systems cut off. */
	return !(c == '.' && i == 0) && !((c == '.' || c == ' ') && i == n - 1);
}

/* Write one level; NUL ends it. */
static char *encode_level(const char *level, size_t n, char *to)
{
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < n; i++) {
		if (is_plain(level, i, n)) {
			*to++ = level[i];
		} else {
			*to++ = '%';
			*to++ = digits[(unsigned char)level[i] >> 4];
			*to++ = digits[(unsigned char)level[i] & 15];
		}
	}
	*to = '\0';
	return to;
}

/* Where a name can be cut so that no character and no %XX is in two. */
static size_t cut_at(const char *name, size_t n)
{
	while (n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80) {
		n--;
	}
	for (size_t back = 1; back <= 2 && back <= n; back++) {
		if (name[n - back] == '%') {
			n -= back;
			break;
		}
	}
	return n;
}

char *file_name_shorten(char *encoded, const char *name, bool salt)
{
	char *shorter = NULL;
	char *digest = NULL;
	if (encoded == NULL || (strlen(encoded) <= LONGEST && !salt)) {
		return encoded;
	}
	digest = identity_of_bytes("", name, strlen(name));
	size_t n = strlen(encoded);
	size_t most = LONGEST - DIGITS - 1;
	n = n > most ? cut_at(encoded, most) : n;
	if (digest == NULL ||
		asprintf(&shorter, "%.*s~%.*s", (int)n, encoded, DIGITS, digest) < 0) {
		shorter = NULL;
	}
	free(digest);
	free(encoded);
	return shorter;
}

/* A path with one level more; takes `path`. */
static char *add_level(char *path, char *level, const char *end)
{
	char *longer = NULL;
	if (path == NULL || level == NULL ||
		asprintf(&longer, "%s%s%s%s", path, path[0] != '\0' ? "/" : "", level, end) < 0) {
		longer = NULL;
	}
	free(level);
	free(path);
	return longer;
}

char *file_name_of_mailbox(const char *name, const char *end, bool salt)
{
	char *path = strdup("");
	const char *at = name;
	while (path != NULL) {
		size_t n = strcspn(at, "/");
		bool last = at[n] == '\0';
		char *level = malloc(3 * n + 1);
		if (level != NULL) {
			(void)encode_level(at, n, level);
			char *upto = strndup(name, (size_t)(at - name) + n);
			level = upto != NULL ? file_name_shorten(level, upto, salt && last) : level;
			free(upto);
		}
		path = add_level(path, level, last ? end : "");
		if (last) {
			break;
		}
		at += n + 1;
	}
	return path;
}
