/* message.c - one message on its way into a mailbox. */
#include "message.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roost/error.h>
#include <roost/limits.h>

static int reserve(struct message *message, size_t n)
{
	if (n > MESSAGE_MAX - message->size) {
		return ROOST_ERR_TOO_BIG;
	}
	size_t need = message->size + n;
	if (need <= message->capacity) {
		return 0;
	}
	size_t capacity = message->capacity * 2 > need ? message->capacity * 2 : need + 1024;
	char *bytes = realloc(message->bytes, capacity);
	if (bytes == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	message->bytes = bytes;
	message->capacity = capacity;
	return 0;
}

static int append_as_is(struct message *message, const char *bytes, size_t n)
{
	int r = reserve(message, n);
	if (r < 0) {
		return r;
	}
	if (n > 0) {
		memcpy(message->bytes + message->size, bytes, n);
		message->size += n;
	}
	return 0;
}

int message_append(struct message *message, const char *bytes, size_t n)
{
	if (message->exact) {
		return append_as_is(message, bytes, n);
	}
	while (n > 0) {
		const char *newline = memchr(bytes, '\n', n);
		size_t line = newline != NULL ? (size_t)(newline - bytes) : n;
		int r = append_as_is(message, bytes, line);
		if (r < 0 || newline == NULL) {
			return r;
		}
		/* The CR may have come with the bytes before these. */
		bool has_cr = message->size > 0 && message->bytes[message->size - 1] == '\r';
		r = has_cr ? append_as_is(message, "\n", 1) : append_as_is(message, "\r\n", 2);
		if (r < 0) {
			return r;
		}
		bytes += line + 1;
		n -= line + 1;
	}
	return 0;
}

int message_add_keyword(struct message *message, const char *name, size_t n)
{
	if (!roost_keyword_is_valid(name, n) || message->keyword_count == ROOST_MAX_KEYWORDS) {
		return 0;
	}
	for (size_t i = 0; i < message->keyword_count; i++) {
		const char *has = message->keywords[i];
		if (strncasecmp(has, name, n) == 0 && has[n] == '\0') {
			return 0;
		}
	}
	char **keywords =
		reallocarray(message->keywords, message->keyword_count + 1, sizeof(*keywords));
	if (keywords == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	message->keywords = keywords;
	keywords[message->keyword_count] = strndup(name, n);
	if (keywords[message->keyword_count] == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	message->keyword_count++;
	return 0;
}

int message_add_flag(struct message *message, const char *name, size_t n)
{
	message->system_flags |= roost_flag_from_name(name, n);
	return message_add_keyword(message, name, n);
}

struct roost_flags message_flags(const struct message *message)
{
	return (struct roost_flags) {
		.system = message->system_flags,
		.keyword_count = message->keyword_count,
		.keywords = (const char *const *)message->keywords,
	};
}

void message_clear(struct message *message)
{
	for (size_t i = 0; i < message->keyword_count; i++) {
		free(message->keywords[i]);
	}
	free(message->keywords);
	roost_content_unref(message->content);
	free(message->bytes);
	*message = (struct message) { 0 };
}
