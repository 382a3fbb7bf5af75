/* memo.c - what was worked out of messages once, in memory, for all sessions of a mailbox. */
#include "backend/memo.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/text.h"

/* Neighbouring UIDs stand side by side in a table: most mailboxes have few gaps, and most commands ask for ranges. */
#define RUN 64u
#define FIRST_CHUNK 1024u
#define LAST_CHUNK 65536u
/* So many answers of messages that are perhaps gone are no waste yet. */
#define SMALL 1024u
#define MAX_KEY 4096u
/* Where the answer about a set stands. */
#define OF_SET 1u
#define SET_SEED 0x9e3779b97f4a7c15u

struct slot {
	uint32_t uid; /* 0: empty */
	uint32_t size;
	const char *bytes;
};

/* Answers, one behind the other. They never move. */
struct chunk {
	struct chunk *next;
	size_t capacity, size;
	char bytes[];
};

struct memo {
	struct memos *memos;
	struct memo *newer, *older; /* by when they were opened last; the lock of the memos */
	unsigned refs; /* the same lock; the memos have one */
	size_t bytes; /* the same lock */
	struct roost_text key; /* NULL once it is forgotten */
	struct roost_text
		set; /* the ranges that the answer is about; NULL: an answer for each UID */

	pthread_mutex_t lock; /* of what follows; taken before that of the memos */
	struct slot *slots;
	size_t slot_count; /* a power of two, or 0 */
	size_t count;
	struct chunk *chunks; /* the newest first */
	bool full;
};

struct memos {
	pthread_mutex_t lock;
	struct map by_key;
	struct memo *newest, *oldest;
	size_t bytes, most;
};

int memos_create(size_t most, struct memos **memos_out)
{
	struct memos *memos = calloc(1, sizeof(*memos));

	if (memos == NULL || pthread_mutex_init(&memos->lock, NULL) != 0) {
		free(memos);
		return ROOST_ERR_NO_MEMORY;
	}
	memos->most = most;
	*memos_out = memos;
	return 0;
}

static void destroy(struct memo *memo)
{
	while (memo->chunks != NULL) {
		struct chunk *next = memo->chunks->next;
		free(memo->chunks);
		memo->chunks = next;
	}
	free(memo->slots);
	pthread_mutex_destroy(&memo->lock);
	free(memo);
}

/* The functions from here to find_or_create() want the lock of the memos. */

static void unlink_memo(struct memos *memos, struct memo *memo)
{
	*(memo->newer == NULL ? &memos->newest : &memo->newer->older) = memo->older;
	*(memo->older == NULL ? &memos->oldest : &memo->older->newer) = memo->newer;
}

static void link_newest(struct memos *memos, struct memo *memo)
{
	memo->newer = NULL;
	memo->older = memos->newest;
	*(memos->newest == NULL ? &memos->oldest : &memos->newest->newer) = memo;
	memos->newest = memo;
}

static void unref(struct memos *memos, struct memo *memo)
{
	if (--memo->refs == 0) {
		memos->bytes -= memo->bytes;
		destroy(memo);
	}
}

/* Who has it open goes on with it; nobody else finds it any more. */
static void forget(struct memos *memos, struct memo *memo)
{
	(void)map_remove(&memos->by_key, memo->key.bytes, memo->key.size);
	memo->key = TEXT_ABSENT;
	unlink_memo(memos, memo);
	unref(memos, memo);
}

/* Count `n` more octets of this memo, forgetting others for it. False when that is too much: one memo may take half of
 * what all may, so that a mailbox too large to be kept does not drive itself out again and again. */
static bool take(struct memos *memos, struct memo *memo, size_t n)
{
	if (n > memos->most / 2 || memo->bytes > memos->most / 2 - n) {
		return false;
	}
	struct memo *old = memos->oldest;
	while (memos->bytes > memos->most - n && old != NULL) {
		struct memo *newer = old->newer;
		if (old != memo && old->refs == 1) {
			forget(memos, old);
		}
		old = newer;
	}
	if (memos->bytes > memos->most - n) {
		return false;
	}
	memo->bytes += n;
	memos->bytes += n;
	return true;
}

static struct memo *create(struct memos *memos, const struct buf *key, struct roost_text set)
{
	size_t size = sizeof(struct memo) + key->size + set.size;
	struct memo *memo = calloc(1, size);

	if (memo == NULL || pthread_mutex_init(&memo->lock, NULL) != 0) {
		free(memo);
		return NULL;
	}
	char *copy = (char *)(memo + 1);
	memcpy(copy, key->data, key->size);
	if (set.bytes != NULL) {
		memcpy(copy + key->size, set.bytes, set.size);
		memo->set = (struct roost_text) { copy + key->size, set.size };
	}
	memo->memos = memos;
	memo->refs = 1;
	if (!take(memos, memo, size) || map_set(&memos->by_key, copy, key->size, memo) < 0) {
		unref(memos, memo);
		return NULL;
	}
	memo->key = (struct roost_text) { copy, key->size };
	link_newest(memos, memo);
	return memo;
}

/* Whether it is about other messages, or about too many that are perhaps gone. */
static bool is_past(const struct memo *memo, struct roost_text set, uint64_t messages)
{
	if (set.bytes != NULL) {
		return memo->set.size != set.size ||
		       memcmp(memo->set.bytes, set.bytes, set.size) != 0;
	}
	/* `count` may be changing: what is read is good enough. */
	return __atomic_load_n(&memo->count, __ATOMIC_RELAXED) > 2 * messages + SMALL;
}

static struct memo *find_or_create(
	struct memos *memos, const struct buf *key, struct roost_text set, uint64_t messages)
{
	struct memo *memo = map_get(&memos->by_key, key->data, key->size);

	if (memo != NULL && is_past(memo, set, messages)) {
		forget(memos, memo);
		memo = NULL;
	}
	if (memo == NULL) {
		memo = create(memos, key, set);
	} else {
		unlink_memo(memos, memo);
		link_newest(memos, memo);
	}
	if (memo != NULL) {
		memo->refs++;
	}
	return memo;
}

static void add_string(struct buf *buf, const char *string)
{
	buf_add(buf, string, strlen(string) + 1);
}

/* What one is found by. `place` tells those of sets from those of UIDs, and from each other. */
struct address {
	char place;
	const struct roost_mailbox *mailbox;
	uint32_t uid_validity;
	struct roost_text kind, set;
};

static struct memo *open_at(struct memos *memos, const struct address *at, uint64_t messages)
{
	const struct roost_mailbox *mailbox = at->mailbox;
	struct memo *memo = NULL;
	struct buf key;

	buf_init(&key, MAX_KEY);
	buf_char(&key, at->place);
	add_string(&key, mailbox->user->name);
	add_string(&key, mailbox->name);
	buf_add(&key, &at->uid_validity, sizeof(at->uid_validity));
	buf_text(&key, at->kind);
	if (buf_status(&key) == 0) {
		pthread_mutex_lock(&memos->lock);
		memo = find_or_create(memos, &key, at->set, messages);
		pthread_mutex_unlock(&memos->lock);
	}
	buf_free(&key);
	return memo;
}

struct memo *memo_open(struct memos *memos, const struct roost_mailbox *mailbox,
	uint32_t uid_validity, struct roost_text kind, uint64_t messages)
{
	const struct address at = {
		.mailbox = mailbox, .uid_validity = uid_validity, .kind = kind
	};

	return memos == NULL ? NULL : open_at(memos, &at, messages);
}

struct memo *memo_open_set(struct memos *memos, const struct roost_mailbox *mailbox,
	uint32_t uid_validity, struct roost_text kind, const struct roost_uidset *uids)
{
	size_t size = uids->count * sizeof(*uids->ranges);
	struct address at = { .mailbox = mailbox, .uid_validity = uid_validity, .kind = kind };

	at.set = (struct roost_text) { size == 0 ? "" : (const char *)uids->ranges, size };
	if (memos == NULL || size > memos->most / MEMO_SET_SHARE) {
		return NULL;
	}
	at.place = (char)(1 + hash_bytes(SET_SEED, at.set.bytes, size) % MEMO_SETS);
	return open_at(memos, &at, 0);
}

void memo_close(struct memo *memo)
{
	if (memo != NULL) {
		struct memos *memos = memo->memos;
		pthread_mutex_lock(&memos->lock);
		unref(memos, memo);
		pthread_mutex_unlock(&memos->lock);
	}
}

void memos_destroy(struct memos *memos)
{
	if (memos != NULL) {
		while (memos->oldest != NULL) {
			forget(memos, memos->oldest);
		}
		map_free(&memos->by_key);
		pthread_mutex_destroy(&memos->lock);
		free(memos);
	}
}

/* The functions from here to memo_find() want the lock of the memo. */

/* Where the UID stands or would stand. There is always an empty slot. */
static struct slot *find_slot(struct slot *slots, size_t slot_count, uint32_t uid)
{
	uint64_t run = (uid / RUN) * 0x9e3779b97f4a7c15u >> 32;
	size_t at = (size_t)(run * RUN + uid % RUN) & (slot_count - 1);

	while (slots[at].uid != 0 && slots[at].uid != uid) {
		at = (at + 1) & (slot_count - 1);
	}
	return &slots[at];
}

static bool take_locked(struct memo *memo, size_t n)
{
	pthread_mutex_lock(&memo->memos->lock);
	bool taken = take(memo->memos, memo, n);
	pthread_mutex_unlock(&memo->memos->lock);
	return taken;
}

static bool grow_slots(struct memo *memo)
{
	size_t slot_count = memo->slot_count == 0 ? RUN : memo->slot_count * 2;

	if (!take_locked(memo, (slot_count - memo->slot_count) * sizeof(struct slot))) {
		return false;
	}
	struct slot *slots = calloc(slot_count, sizeof(*slots));
	if (slots == NULL) {
		return false;
	}
	for (size_t i = 0; i < memo->slot_count; i++) {
		if (memo->slots[i].uid != 0) {
			*find_slot(slots, slot_count, memo->slots[i].uid) = memo->slots[i];
		}
	}
	free(memo->slots);
	memo->slots = slots;
	memo->slot_count = slot_count;
	return true;
}

static bool grow_chunks(struct memo *memo, size_t size)
{
	size_t capacity = memo->chunks == NULL ? FIRST_CHUNK : memo->chunks->capacity * 2;

	capacity = capacity > LAST_CHUNK ? LAST_CHUNK : capacity;
	capacity = capacity < size ? size : capacity;
	if (!take_locked(memo, sizeof(struct chunk) + capacity)) {
		return false;
	}
	struct chunk *chunk = malloc(sizeof(*chunk) + capacity);
	if (chunk == NULL) {
		return false;
	}
	*chunk = (struct chunk) { .next = memo->chunks, .capacity = capacity };
	memo->chunks = chunk;
	return true;
}

static bool has_room(struct memo *memo, size_t size)
{
	if (memo->count >= memo->slot_count / 2 && !grow_slots(memo)) {
		return false;
	}
	return (memo->chunks != NULL && memo->chunks->capacity - memo->chunks->size >= size) ||
	       grow_chunks(memo, size);
}

static void add(struct memo *memo, uint32_t uid, struct roost_text answer)
{
	struct slot *slot = find_slot(memo->slots, memo->slot_count, uid);

	if (slot->uid == uid) {
		return; /* somebody was faster, with the same */
	}
	char *bytes = memo->chunks->bytes + memo->chunks->size;
	memcpy(bytes, answer.bytes, answer.size);
	memo->chunks->size += answer.size;
	*slot = (struct slot) { .uid = uid, .size = (uint32_t)answer.size, .bytes = bytes };
	__atomic_store_n(&memo->count, memo->count + 1, __ATOMIC_RELAXED);
}

size_t memo_find(
	struct memo *memo, const uint32_t *uids, size_t count, struct roost_text *answers_out)
{
	size_t found = 0;

	if (memo == NULL) {
		memset(answers_out, 0, count * sizeof(*answers_out));
		return 0;
	}
	pthread_mutex_lock(&memo->lock);
	for (size_t i = 0; i < count; i++) {
		answers_out[i] = TEXT_ABSENT;
		if (memo->count > 0) {
			const struct slot *slot = find_slot(memo->slots, memo->slot_count, uids[i]);
			if (slot->uid != 0) {
				answers_out[i] = (struct roost_text) { slot->bytes, slot->size };
				found++;
			}
		}
	}
	pthread_mutex_unlock(&memo->lock);
	return found;
}

static void keep(struct memo *memo, uint32_t uid, struct roost_text answer)
{
	pthread_mutex_lock(&memo->lock);
	memo->full = memo->full || !has_room(memo, answer.size);
	if (!memo->full) {
		add(memo, uid, answer);
	}
	pthread_mutex_unlock(&memo->lock);
}

void memo_add(struct memo *memo, uint32_t uid, struct roost_text answer)
{
	if (memo != NULL && uid != 0 && answer.bytes != NULL && answer.size <= MEMO_MAX_ANSWER) {
		keep(memo, uid, answer);
	}
}

struct roost_text memo_find_set(struct memo *memo)
{
	const uint32_t at = OF_SET;
	struct roost_text answer;

	(void)memo_find(memo, &at, 1, &answer);
	return answer;
}

void memo_keep_set(struct memo *memo, struct roost_text answer)
{
	if (memo != NULL && answer.size <= memo->memos->most / MEMO_SET_SHARE) {
		keep(memo, OF_SET, answer);
	}
}
