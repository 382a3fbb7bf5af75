/* message.h - messages and their outlines, for tests. */
#ifndef TESTS_UNIT_MIME_MESSAGE_H
#define TESTS_UNIT_MIME_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>
#include <roost/outline.h>

struct message {
	struct roost_content *content;
	void *bytes; /* of the outline */
	size_t size;
	struct roost_outline outline;
};

/* The message of these bytes (which must outlive it) with its outline, both of which must work. */
void message_make(struct message *message, const void *bytes, size_t n);
void message_free(struct message *message);

/* Content that is in no memory and gives out at most `step` bytes at a time. */
struct stream {
	struct roost_content base;
	const char *bytes;
	size_t step;
	uint64_t fail_at; /* reading this byte fails; UINT64_MAX: never */
};
void stream_init(struct stream *stream, const void *bytes, size_t n, size_t step);

/* Look at everything that an outline tells. Returns how many texts there were. */
size_t outline_read_all(const struct roost_outline *outline);

#endif
