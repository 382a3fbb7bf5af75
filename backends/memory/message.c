/* message.c - what never changes of a message. */
#include "message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void release(void *context, const void *bytes)
{
	(void)context;
	free((void *)(uintptr_t)bytes);
}

/* The same bytes, in memory. */
static int hold(struct roost_content *content, struct roost_content **held_out)
{
	if (roost_content_pointer(content) != NULL) {
		*held_out = roost_content_ref(content);
		return 0;
	}
	if (content->size >= SIZE_MAX) {
		return ROOST_ERR_NO_MEMORY;
	}
	size_t size = (size_t)content->size;
	char *bytes = malloc(size + 1);
	if (bytes == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int64_t got = roost_content_read(content, 0, bytes, size);
	int r = got < 0 ? (int)got : (uint64_t)got != content->size ? ROOST_ERR_CORRUPT : 0;
	if (r == 0) {
		r = roost_content_create_borrowed(bytes, size, release, NULL, held_out);
	}
	if (r < 0) {
		free(bytes);
	}
	return r;
}

int memory_message_create(const struct roost_new_message *from, const struct memory_ids *ids,
	struct memory_message **message_out)
{
	struct memory_message *message = malloc(sizeof(*message) + from->outline_size);
	if (message == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = hold(from->content, &message->content);
	if (r < 0) {
		free(message);
		return r;
	}
	atomic_init(&message->refs, 1);
	message->internal_date = from->internal_date;
	snprintf(message->email_id, sizeof(message->email_id), "M%08" PRIx32 "-%" PRIx64,
		ids->started, ids->email);
	snprintf(message->thread_id, sizeof(message->thread_id), "T%08" PRIx32 "-%" PRIx64,
		ids->started, ids->thread);
	message->outline_size = from->outline_size;
	if (from->outline_size > 0) {
		memcpy(message->outline, from->outline, from->outline_size);
	}
	*message_out = message;
	return 0;
}

struct memory_message *memory_message_ref(struct memory_message *message)
{
	atomic_fetch_add_explicit(&message->refs, 1, memory_order_relaxed);
	return message;
}

void memory_message_unref(struct memory_message *message)
{
	if (message != NULL &&
		atomic_fetch_sub_explicit(&message->refs, 1, memory_order_acq_rel) == 1) {
		roost_content_unref(message->content);
		free(message);
	}
}
