/* name.c - which names a mailbox may have. */
#include "backend/name.h"

#include <stdint.h>
#include <string.h>

#include <roost/limits.h>

#include "base/ascii.h"
#include "base/utf8.h"

#define INBOX "INBOX"
#define INBOX_SIZE (sizeof(INBOX) - 1)

/* Controls, and what ends lines and paragraphs. RFC 5198 section 2, RFC 6855 section 3. */
static bool is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7F && character < 0xA0) || character == 0x2028 ||
	       character == 0x2029;
}

static bool is_name(const char *name, size_t n, char delimiter)
{
	size_t levels = 1;
	size_t level_size = 0;
	for (size_t i = 0; i < n;) {
		uint32_t character;
		size_t size = utf8_decode(name + i, n - i, &character);
		if (size == 0 || is_control(character)) {
			return false;
		}
		if (delimiter != 0 && name[i] == delimiter) {
			if (level_size == 0) {
				return false;
			}
			levels++;
			level_size = 0;
		} else {
			level_size += size;
		}
		i += size;
	}
	return level_size > 0 && levels <= ROOST_MAX_MAILBOX_LEVELS;
}

static int normalize(const struct roost_user *user, struct roost_call *call, const char *name,
	size_t n, const char **name_out)
{
	if (n > ROOST_MAX_MAILBOX_NAME || !is_name(name, n, user->delimiter)) {
		return ROOST_ERR_CANNOT;
	}
	bool inbox =
		n >= INBOX_SIZE && ascii_equal_nocase(name, INBOX, INBOX_SIZE) &&
		(n == INBOX_SIZE || (user->delimiter != 0 && name[INBOX_SIZE] == user->delimiter));
	if (name[n] == 0 && (!inbox || memcmp(name, INBOX, INBOX_SIZE) == 0)) {
		*name_out = name;
		return 0;
	}
	char *copy = roost_call_strndup(call, name, n);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (inbox) {
		memcpy(copy, INBOX, INBOX_SIZE);
	}
	*name_out = copy;
	return 0;
}

int name_normalize(const struct roost_user *user, struct roost_call *call, const char *name,
	const char **name_out)
{
	return normalize(user, call, name, strlen(name), name_out);
}

int name_normalize_new(const struct roost_user *user, struct roost_call *call, const char *name,
	const char **name_out)
{
	size_t n = strlen(name);
	if (n > 1 && user->delimiter != 0 && name[n - 1] == user->delimiter) {
		n--;
	}
	return normalize(user, call, name, n, name_out);
}

bool name_is_inbox(const char *normalized)
{
	return strcmp(normalized, INBOX) == 0;
}

bool name_is_inside(const struct roost_user *user, const char *name, const char *parent)
{
	size_t n = strlen(parent);
	return user->delimiter != 0 && strncmp(name, parent, n) == 0 && name[n] == user->delimiter;
}
