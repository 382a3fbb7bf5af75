/* threads.c - which emails of a user belong together. */
#include "threads.h"

#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/outline.h>

/* Message ids that are noted for one email: its own, and of those it refers to. */
#define MAX_NOTED 64
/* Message ids that are known of one user; the oldest are forgotten. */
#define MAX_KNOWN 100000

struct memory_known_id {
	struct roost_text id; /* in `bytes`, but for one that is only looked for */
	uint64_t thread;
	struct memory_known_id *newer;
	char bytes[];
};

static int compare(const void *a, const void *b)
{
	const struct roost_text left = ((const struct memory_known_id *)a)->id;
	const struct roost_text right = ((const struct memory_known_id *)b)->id;
	if (left.size != right.size) {
		return left.size < right.size ? -1 : 1;
	}
	return left.size == 0 ? 0 : memcmp(left.bytes, right.bytes, left.size);
}

int memory_threads_init(struct memory_threads *threads)
{
	*threads = (struct memory_threads) { .tree = NULL };
	return pthread_mutex_init(&threads->lock, NULL) == 0 ? 0 : ROOST_ERR_NO_MEMORY;
}

static void forget_oldest(struct memory_threads *threads)
{
	struct memory_known_id *oldest = threads->oldest;
	(void)tdelete(oldest, &threads->tree, compare);
	threads->oldest = oldest->newer;
	threads->count--;
	free(oldest);
}

void memory_threads_finish(struct memory_threads *threads)
{
	while (threads->oldest != NULL) {
		forget_oldest(threads);
	}
	pthread_mutex_destroy(&threads->lock);
}

static const struct memory_known_id *find(struct memory_threads *threads, struct roost_text id)
{
	const struct memory_known_id wanted = { .id = id };
	struct memory_known_id *const *found = tfind(&wanted, &threads->tree, compare);
	return found == NULL ? NULL : *found;
}

static int note(struct memory_threads *threads, struct roost_text id, uint64_t thread)
{
	if (find(threads, id) != NULL) {
		return 0;
	}
	struct memory_known_id *known = malloc(sizeof(*known) + id.size);
	if (known == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(known->bytes, id.bytes, id.size);
	known->id = (struct roost_text) { known->bytes, id.size };
	known->thread = thread;
	known->newer = NULL;
	if (tsearch(known, &threads->tree, compare) == NULL) {
		free(known);
		return ROOST_ERR_NO_MEMORY;
	}
	*(threads->oldest == NULL ? &threads->oldest : &threads->newest->newer) = known;
	threads->newest = known;
	if (++threads->count > MAX_KNOWN) {
		forget_oldest(threads);
	}
	return 0;
}

/* The message ids of an email in the order in which they say where it belongs: its own, which an
 * answer that came before it has named, then what it answers, back to the first of its thread. */
static bool next_id(const struct roost_outline *outline, const struct roost_thread_keys *keys,
	size_t index, struct roost_text *id_out)
{
	size_t own = keys->message_id.bytes != NULL;
	size_t count = keys->reference_count + own;
	if (index >= count || index >= MAX_NOTED) {
		return false;
	}
	if (index < own) {
		*id_out = keys->message_id;
		return true;
	}
	/* The first one of all is worth more than one in the middle. */
	size_t back = count > MAX_NOTED && index == MAX_NOTED - 1 ? count - 1 : index;
	return roost_outline_reference(outline, count - 1 - back, id_out) == 0;
}

int memory_threads_join(struct memory_threads *threads, uint64_t email, const void *outline,
	size_t outline_size, uint64_t *thread_out)
{
	struct roost_outline opened;
	struct roost_thread_keys keys;
	struct roost_text id;
	const struct memory_known_id *known = NULL;
	int r = 0;
	if (outline == NULL || roost_outline_open(outline, outline_size, &opened) < 0 ||
		roost_outline_thread_keys(&opened, &keys) < 0) {
		*thread_out = email;
		return 0;
	}
	pthread_mutex_lock(&threads->lock);
	for (size_t i = 0; known == NULL && next_id(&opened, &keys, i, &id); i++) {
		known = find(threads, id);
	}
	uint64_t thread = known == NULL ? email : known->thread;
	for (size_t i = 0; r == 0 && next_id(&opened, &keys, i, &id); i++) {
		r = note(threads, id, thread);
	}
	pthread_mutex_unlock(&threads->lock);
	if (r == 0) {
		*thread_out = thread;
	}
	return r;
}
