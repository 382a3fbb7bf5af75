/* message.c - one message on its way into a mailbox. */
#include "message.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

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

void message_clear(struct message *message)
{
	free(message->bytes);
	*message = (struct message) { 0 };
}
