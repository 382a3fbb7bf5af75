/* change.c - one change, shared by all whom it concerns, and a queue of such. */
#include "backend/change.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

/* Changes that one queue may hold. A session that is further behind does better with a new
 * snapshot. */
#define QUEUE_MAX 1024
#define QUEUE_FIRST 8

static void free_change(struct change *change)
{
	roost_uidset_clear(&change->uids);
	free(change);
}

static size_t string_size(const char *string)
{
	return string == NULL ? 0 : strlen(string) + 1;
}

static const char *put_string(char **at, const char *string)
{
	if (string == NULL) {
		return NULL;
	}
	size_t size = strlen(string) + 1;
	char *copy = memcpy(*at, string, size);
	*at += size;
	return copy;
}

int change_share(const struct roost_update *update, struct change **change_out)
{
	size_t strings = string_size(update->user) + string_size(update->mailbox) +
			 string_size(update->code) + string_size(update->text) +
			 string_size(update->new_name);
	struct change *change = calloc(1, sizeof(*change) + strings);
	if (change == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	char *at = change->strings;
	atomic_init(&change->refs, 1);
	change->done = update->done;
	change->context = update->context;
	change->kind = update->kind;
	change->user = put_string(&at, update->user);
	change->mailbox = put_string(&at, update->mailbox);
	change->all_uids = update->kind == ROOST_UPDATE_MESSAGE && update->uids == NULL;
	change->status = update->status;
	change->code = put_string(&at, update->code);
	change->text = put_string(&at, update->text);
	change->event = update->event;
	change->new_name = put_string(&at, update->new_name);
	change->origin = update->origin;
	bool has_uids =
		update->kind == ROOST_UPDATE_MESSAGE || update->kind == ROOST_UPDATE_EXPUNGE;
	if (has_uids && update->uids != NULL) {
		int r = roost_uidset_copy(&change->uids, update->uids);
		if (r < 0) {
			free_change(change);
			return r;
		}
	}
	*change_out = change;
	return 0;
}

void change_drop(struct change *change, struct change **dead)
{
	if (atomic_fetch_sub(&change->refs, 1) == 1) {
		change->next_dead = *dead;
		*dead = change;
	}
}

void change_finish(struct change *dead)
{
	struct change *ordered = NULL;
	while (dead != NULL) {
		struct change *next = dead->next_dead;
		dead->next_dead = ordered;
		ordered = dead;
		dead = next;
	}
	while (ordered != NULL) {
		struct change *next = ordered->next_dead;
		if (ordered->done != NULL) {
			ordered->done(ordered->context);
		}
		free_change(ordered);
		ordered = next;
	}
}

static struct change **queue_at(const struct change_queue *queue, size_t index)
{
	return &queue->entries[(queue->first + index) & (queue->capacity - 1)];
}

bool change_queue_push(struct change_queue *queue, struct change *change)
{
	if (queue->count >= QUEUE_MAX) {
		return false;
	}
	if (queue->count == queue->capacity) {
		size_t capacity = queue->capacity == 0 ? QUEUE_FIRST : queue->capacity * 2;
		struct change **entries = calloc(capacity, sizeof(struct change *));
		if (entries == NULL) {
			return false;
		}
		for (size_t i = 0; i < queue->count; i++) {
			entries[i] = *queue_at(queue, i);
		}
		free(queue->entries);
		queue->entries = entries;
		queue->capacity = capacity;
		queue->first = 0;
	}
	atomic_fetch_add(&change->refs, 1);
	*queue_at(queue, queue->count++) = change;
	return true;
}

struct change *change_queue_take(struct change_queue *queue)
{
	return queue->taken < queue->count ? *queue_at(queue, queue->taken++) : NULL;
}

/* An empty queue gives its memory back. */
static void queue_trim(struct change_queue *queue)
{
	if (queue->count == 0) {
		free(queue->entries);
		*queue = (struct change_queue) { .entries = NULL };
	}
}

void change_queue_drop_taken(struct change_queue *queue, struct change **dead)
{
	for (size_t i = 0; i < queue->taken; i++) {
		change_drop(*queue_at(queue, i), dead);
	}
	if (queue->taken > 0) {
		queue->first = (queue->first + queue->taken) & (queue->capacity - 1);
	}
	queue->count -= queue->taken;
	queue->taken = 0;
	queue_trim(queue);
}

void change_queue_drop_waiting(struct change_queue *queue,
	bool (*keep)(const struct change *change, const char *selected), const char *selected,
	struct change **dead)
{
	size_t kept = queue->taken;
	for (size_t i = queue->taken; i < queue->count; i++) {
		struct change *change = *queue_at(queue, i);
		if (keep != NULL && keep(change, selected)) {
			*queue_at(queue, kept++) = change;
		} else {
			change_drop(change, dead);
		}
	}
	queue->count = kept;
	queue_trim(queue);
}

void change_queue_clear(struct change_queue *queue, struct change **dead)
{
	queue->taken = queue->count;
	change_queue_drop_taken(queue, dead);
}
