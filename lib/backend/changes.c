/* changes.c - from who posts a change to every session that it concerns. */
#include "backend/changes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "backend/memo.h"
#include "base/map.h"

/* What a session wants to hear of other mailboxes than the selected one. */
struct listener {
	watch_wants_fn wants;
	void *context;
	struct notes notes;
	bool overflow; /* too much was noted: all is forgotten */
};

struct watch {
	struct roost_updates *updates;
	struct watchers *watchers;
	struct watch *next, *previous; /* of the same user; the lock of the updates */
	void (*woken)(void *context);
	void *context;

	pthread_mutex_t lock; /* of what follows */
	const struct roost_user *session; /* only compared */
	char *selected;
	struct change_queue queue;
	struct listener *listener; /* NULL: nobody listens */
	bool lost;
	atomic_bool pending; /* written under the lock, read by anybody */
};

/* The watches of one user. */
struct watchers {
	struct watch *first;
	char *user;
};

struct roost_updates {
	struct roost_backend *backend;
	/* Held for the whole of a post, so that all watches see the same order, and taken before
	 * the lock of a watch. */
	pthread_mutex_t lock;
	struct map users; /* name to struct watchers */
	struct memos *memos;
};

/* What map_each() hands on to each user's watches. */
struct post {
	struct change *change;
	struct change *dead;
};

static bool has_notes(const struct listener *listener)
{
	return listener != NULL && (listener->notes.first != NULL || listener->overflow);
}

static void note_pending(struct watch *watch)
{
	atomic_store(&watch->pending, watch->lost || watch->queue.count > watch->queue.taken ||
					      has_notes(watch->listener));
}

static bool concerns(const struct change *change, const char *selected)
{
	if (change->kind == ROOST_UPDATE_STATUS || change->kind == ROOST_UPDATE_MAILBOX_INFO) {
		return true;
	}
	return selected != NULL &&
	       (change->mailbox == NULL || strcmp(change->mailbox, selected) == 0);
}

/* Whether the session of the watch made the change and so knows of it. */
static bool knows(const struct watch *watch, const struct change *change)
{
	return change->kind == ROOST_UPDATE_MESSAGE && change->origin != NULL &&
	       change->origin == watch->session;
}

/* What a change is to those who have not selected the mailbox. */
static unsigned noted_of(const struct change *change)
{
	switch (change->kind) {
	case ROOST_UPDATE_MAILBOX:
	case ROOST_UPDATE_EXPUNGE:
		return NOTED_MESSAGES;
	case ROOST_UPDATE_MESSAGE:
		return NOTED_FLAGS;
	case ROOST_UPDATE_MAILBOX_INFO:
		/* A new mailbox has other numbers than what had its name before. */
		return change->event == ROOST_MAILBOX_SUBSCRIPTION_CHANGED
			       ? NOTED_SUBSCRIPTION
			       : NOTED_NAME | NOTED_FLAGS;
	case ROOST_UPDATE_STATUS:
		break;
	}
	return 0;
}

/* Keep in mind that something happened. Returns whether the session must be woken. */
static bool take_note(struct watch *watch, const struct change *change)
{
	struct listener *listener = watch->listener;
	unsigned what = noted_of(change);

	if (what == 0 || listener->overflow ||
		(change->origin != NULL && change->origin == watch->session)) {
		return false;
	}
	bool renamed = change->new_name != NULL && change->event == ROOST_MAILBOX_RENAMED &&
		       change->kind == ROOST_UPDATE_MAILBOX_INFO;
	const char *mailbox = renamed ? change->new_name : change->mailbox;
	unsigned wanted = listener->wants(listener->context, mailbox);
	if (renamed) {
		wanted |= listener->wants(listener->context, change->mailbox);
	}
	if (mailbox != NULL && watch->selected != NULL && strcmp(mailbox, watch->selected) == 0) {
		wanted &= ~(unsigned)(NOTED_MESSAGES | NOTED_FLAGS);
	}
	if ((what & wanted) == 0) {
		return false;
	}
	bool first = !has_notes(listener);
	if (!notes_add(&listener->notes, mailbox == NULL ? "" : mailbox, what & wanted,
		    renamed ? change->mailbox : NULL)) {
		listener->overflow = true;
		notes_clear(&listener->notes);
	}
	return first || listener->overflow;
}

/* With the lock of the updates. */
static void offer(struct watch *watch, struct change *change, struct change **dead)
{
	bool wake = false;
	pthread_mutex_lock(&watch->lock);
	if (concerns(change, watch->selected) && !knows(watch, change)) {
		if (change_queue_push(&watch->queue, change)) {
			wake = watch->queue.count == watch->queue.taken + 1;
		} else {
			wake = !watch->lost;
			watch->lost = true;
			change_queue_drop_waiting(&watch->queue, NULL, NULL, dead);
		}
		note_pending(watch);
	}
	if (watch->listener != NULL && take_note(watch, change)) {
		wake = true;
		note_pending(watch);
	}
	pthread_mutex_unlock(&watch->lock);
	if (wake) {
		watch->woken(watch->context);
	}
}

static void offer_to_user(void *context, void *value)
{
	struct post *post = context;
	const struct watchers *watchers = value;
	for (struct watch *watch = watchers->first; watch != NULL; watch = watch->next) {
		offer(watch, post->change, &post->dead);
	}
}

static bool is_sensible(const struct roost_update *update)
{
	switch (update->kind) {
	case ROOST_UPDATE_STATUS:
		return update->text != NULL && (unsigned)update->status <= ROOST_STATUS_BYE;
	case ROOST_UPDATE_MAILBOX_INFO:
		return update->event != ROOST_MAILBOX_RENAMED ||
		       (update->mailbox != NULL && update->new_name != NULL);
	case ROOST_UPDATE_EXPUNGE:
		return update->uids != NULL;
	case ROOST_UPDATE_MAILBOX:
	case ROOST_UPDATE_MESSAGE:
		return true;
	}
	return false;
}

int roost_updates_post(struct roost_updates *updates, const struct roost_update *update)
{
	struct roost_update given = { .size = sizeof(given) };
	if (updates == NULL || update == NULL ||
		update->size < offsetof(struct roost_update, status)) {
		return ROOST_ERR_INVALID;
	}
	memcpy(&given, update, update->size < sizeof(given) ? update->size : sizeof(given));
	if (!is_sensible(&given)) {
		return ROOST_ERR_INVALID;
	}
	struct post post = { .dead = NULL };
	int r = change_share(&given, &post.change);
	if (r < 0) {
		return r;
	}

	pthread_mutex_lock(&updates->lock);
	if (given.user == NULL) {
		map_each(&updates->users, offer_to_user, &post);
	} else {
		void *watchers = map_get(&updates->users, given.user, strlen(given.user));
		if (watchers != NULL) {
			offer_to_user(&post, watchers);
		}
	}
	pthread_mutex_unlock(&updates->lock);

	change_drop(post.change, &post.dead);
	change_finish(post.dead);
	return 0;
}

bool roost_updates_wants_all(struct roost_updates *updates, const char *user)
{
	bool wants = false;
	pthread_mutex_lock(&updates->lock);
	const struct watchers *watchers = map_get(&updates->users, user, strlen(user));
	for (struct watch *watch = watchers == NULL ? NULL : watchers->first;
		watch != NULL && !wants; watch = watch->next) {
		pthread_mutex_lock(&watch->lock);
		wants = watch->listener != NULL;
		pthread_mutex_unlock(&watch->lock);
	}
	pthread_mutex_unlock(&updates->lock);
	return wants;
}

int roost_updates_create(struct roost_backend *backend, struct roost_updates **updates_out)
{
	struct roost_updates *updates = calloc(1, sizeof(*updates));
	if (updates == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = memos_create(ROOST_MAX_MEMOS, &updates->memos);
	if (r == 0 && pthread_mutex_init(&updates->lock, NULL) != 0) {
		r = ROOST_ERR_NO_MEMORY;
	}
	if (r < 0) {
		memos_destroy(updates->memos);
		free(updates);
		return r;
	}
	updates->backend = backend;
	backend->updates = updates;
	if (ROOST_HAS_OP(backend->ops, set_updates)) {
		backend->ops->set_updates(backend, updates);
	}
	*updates_out = updates;
	return 0;
}

void roost_updates_destroy(struct roost_updates *updates)
{
	if (updates == NULL) {
		return;
	}
	struct roost_backend *backend = updates->backend;
	if (ROOST_HAS_OP(backend->ops, set_updates)) {
		backend->ops->set_updates(backend, NULL);
	}
	backend->updates = NULL;
	map_free(&updates->users);
	memos_destroy(updates->memos);
	pthread_mutex_destroy(&updates->lock);
	free(updates);
}

struct memos *memos_of(const struct roost_mailbox *mailbox)
{
	const struct roost_updates *updates = mailbox->user->backend->updates;

	return updates == NULL ? NULL : updates->memos;
}

static void free_watchers(struct watchers *watchers)
{
	if (watchers != NULL) {
		free(watchers->user);
		free(watchers);
	}
}

/* Put the watch among those of its user. With the lock of the updates. */
static int join(struct roost_updates *updates, const char *user, struct watch *watch)
{
	struct watchers *watchers = map_get(&updates->users, user, strlen(user));
	if (watchers == NULL) {
		watchers = calloc(1, sizeof(*watchers));
		if (watchers != NULL) {
			watchers->user = strdup(user);
		}
		if (watchers == NULL || watchers->user == NULL ||
			map_set(&updates->users, user, strlen(user), watchers) < 0) {
			free_watchers(watchers);
			return ROOST_ERR_NO_MEMORY;
		}
	}
	watch->watchers = watchers;
	watch->next = watchers->first;
	if (watch->next != NULL) {
		watch->next->previous = watch;
	}
	watchers->first = watch;
	return 0;
}

static void leave(struct roost_updates *updates, struct watch *watch)
{
	struct watchers *watchers = watch->watchers;
	if (watch->previous != NULL) {
		watch->previous->next = watch->next;
	} else {
		watchers->first = watch->next;
	}
	if (watch->next != NULL) {
		watch->next->previous = watch->previous;
	}
	if (watchers->first == NULL) {
		map_remove(&updates->users, watchers->user, strlen(watchers->user));
		free_watchers(watchers);
	}
}

int watch_create(struct roost_updates *updates, const char *user, void (*woken)(void *context),
	void *context, struct watch **watch_out)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	if (watch == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	if (pthread_mutex_init(&watch->lock, NULL) != 0) {
		free(watch);
		return ROOST_ERR_NO_MEMORY;
	}
	watch->updates = updates;
	watch->woken = woken;
	watch->context = context;
	atomic_init(&watch->pending, false);

	pthread_mutex_lock(&updates->lock);
	int r = join(updates, user, watch);
	pthread_mutex_unlock(&updates->lock);
	if (r < 0) {
		pthread_mutex_destroy(&watch->lock);
		free(watch);
		return r;
	}
	*watch_out = watch;
	return 0;
}

void watch_set_session(struct watch *watch, const struct roost_user *session)
{
	pthread_mutex_lock(&watch->lock);
	watch->session = session;
	pthread_mutex_unlock(&watch->lock);
}

static void free_listener(struct listener *listener)
{
	if (listener != NULL) {
		notes_clear(&listener->notes);
		free(listener);
	}
}

void watch_destroy(struct watch *watch)
{
	if (watch == NULL) {
		return;
	}
	pthread_mutex_lock(&watch->updates->lock);
	leave(watch->updates, watch);
	pthread_mutex_unlock(&watch->updates->lock);

	/* No poster can find it any more. */
	struct change *dead = NULL;
	change_queue_clear(&watch->queue, &dead);
	pthread_mutex_destroy(&watch->lock);
	free_listener(watch->listener);
	free(watch->selected);
	free(watch);
	change_finish(dead);
}

int watch_select(struct watch *watch, const char *mailbox)
{
	char *selected = NULL;
	if (mailbox != NULL) {
		selected = strdup(mailbox);
		if (selected == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
	}
	struct change *dead = NULL;
	pthread_mutex_lock(&watch->lock);
	char *before = watch->selected;
	watch->selected = selected;
	watch->lost = false;
	change_queue_drop_waiting(&watch->queue, concerns, selected, &dead);
	note_pending(watch);
	pthread_mutex_unlock(&watch->lock);
	free(before);
	change_finish(dead);
	return 0;
}

int watch_listen(struct watch *watch, watch_wants_fn wants, void *context)
{
	struct listener *listener = NULL;
	if (wants != NULL) {
		listener = calloc(1, sizeof(*listener));
		if (listener == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		listener->wants = wants;
		listener->context = context;
	}
	pthread_mutex_lock(&watch->lock);
	struct listener *before = watch->listener;
	watch->listener = listener;
	note_pending(watch);
	pthread_mutex_unlock(&watch->lock);
	free_listener(before);
	return 0;
}

struct note *watch_take_notes(struct watch *watch, bool *overflow_out)
{
	struct listener *ended = NULL;
	struct note *notes = NULL;
	*overflow_out = false;
	pthread_mutex_lock(&watch->lock);
	if (watch->listener != NULL) {
		notes = notes_take(&watch->listener->notes);
		*overflow_out = watch->listener->overflow;
		if (*overflow_out) {
			ended = watch->listener;
			watch->listener = NULL;
		}
		note_pending(watch);
	}
	pthread_mutex_unlock(&watch->lock);
	free_listener(ended);
	return notes;
}

bool watch_pending(const struct watch *watch)
{
	return atomic_load(&watch->pending);
}

const struct change *watch_next(struct watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	const struct change *change = change_queue_take(&watch->queue);
	note_pending(watch);
	pthread_mutex_unlock(&watch->lock);
	return change;
}

bool watch_lost(struct watch *watch)
{
	pthread_mutex_lock(&watch->lock);
	bool lost = watch->lost;
	watch->lost = false;
	note_pending(watch);
	pthread_mutex_unlock(&watch->lock);
	return lost;
}

void watch_told(struct watch *watch)
{
	struct change *dead = NULL;
	pthread_mutex_lock(&watch->lock);
	change_queue_drop_taken(&watch->queue, &dead);
	pthread_mutex_unlock(&watch->lock);
	change_finish(dead);
}
