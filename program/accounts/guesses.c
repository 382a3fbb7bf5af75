/* guesses.c - failed sign-ins, by address and by user. */
#include "guesses.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is remembered, some 100 octets each. */
#define ENTRIES 32768
#define BUCKETS 16384

/* How long an address counts as one where the user has signed in. */
#define KNOWN_FOR (24 * 3600)

#define NOBODY UINT32_MAX

/* What is known of an address, of a user, or of a user at an address. */
struct entry {
	struct digest digest;
	uint32_t next; /* in its bucket, or of the free ones */
	uint32_t newer, older; /* by when it was heard of */
	uint32_t failures; /* since `since` */
	uint64_t since;
	uint64_t locked_until;
	uint64_t known_until; /* of a user at an address */
	struct digest last_wrong; /* of a user at an address: its last wrong password */
};

struct guesses {
	pthread_mutex_t lock;
	struct guess_limits limits;
	const struct digest_key *key;
	uint32_t count; /* with the lock, as all below */
	uint32_t newest, oldest;
	uint32_t buckets[BUCKETS];
	struct entry entries[ENTRIES];
};

struct guesses *guesses_create(const struct guess_limits *limits, const struct digest_key *key)
{
	/* The system gives pages of it when they are first used. */
	struct guesses *guesses = calloc(1, sizeof(*guesses));
	if (guesses == NULL) {
		return NULL;
	}
	guesses->limits = *limits;
	guesses->key = key;
	guesses->newest = guesses->oldest = NOBODY;
	for (size_t i = 0; i < BUCKETS; i++) {
		guesses->buckets[i] = NOBODY;
	}
	(void)pthread_mutex_init(&guesses->lock, NULL);
	return guesses;
}

void guesses_destroy(struct guesses *guesses)
{
	if (guesses != NULL) {
		(void)pthread_mutex_destroy(&guesses->lock);
		free(guesses);
	}
}

/* The part of an address that one customer has; false when nothing is counted for it. */
static bool source_of(const struct guesses *guesses, const char *address, char *text, size_t size)
{
	struct in6_addr six;
	struct in_addr four;
	bool loopback = false;
	if (inet_pton(AF_INET6, address, &six) == 1 && IN6_IS_ADDR_V4MAPPED(&six)) {
		memcpy(&four, six.s6_addr + 12, sizeof(four));
		loopback = six.s6_addr[12] == 127;
		(void)inet_ntop(AF_INET, &four, text, (socklen_t)size);
	} else if (inet_pton(AF_INET6, address, &six) == 1) {
		loopback = IN6_IS_ADDR_LOOPBACK(&six);
		memset(six.s6_addr + 8, 0, 8);
		(void)inet_ntop(AF_INET6, &six, text, (socklen_t)size);
	} else {
		loopback =
			inet_pton(AF_INET, address, &four) == 1 && ntohl(four.s_addr) >> 24 == 127;
		(void)snprintf(text, size, "%s", address);
	}
	return address[0] != '\0' && !(loopback && guesses->limits.spare_loopback);
}

static void unlink_entry(struct guesses *guesses, uint32_t index)
{
	struct entry *entry = &guesses->entries[index];
	*(entry->newer == NOBODY ? &guesses->newest : &guesses->entries[entry->newer].older) =
		entry->older;
	*(entry->older == NOBODY ? &guesses->oldest : &guesses->entries[entry->older].newer) =
		entry->newer;
}

static void link_newest(struct guesses *guesses, uint32_t index)
{
	struct entry *entry = &guesses->entries[index];
	entry->newer = NOBODY;
	entry->older = guesses->newest;
	*(guesses->newest == NOBODY ? &guesses->oldest : &guesses->entries[guesses->newest].newer) =
		index;
	guesses->newest = index;
}

static uint32_t *bucket_of(struct guesses *guesses, const struct digest *digest)
{
	return &guesses->buckets[digest_slot(digest, BUCKETS)];
}

/* The entry, as it is; NULL when nothing is known. */
static struct entry *look(struct guesses *guesses, const struct digest *digest)
{
	uint32_t index = *bucket_of(guesses, digest);
	while (index != NOBODY && !digest_equal(&guesses->entries[index].digest, digest)) {
		index = guesses->entries[index].next;
	}
	return index == NOBODY ? NULL : &guesses->entries[index];
}

static uint32_t take_place(struct guesses *guesses)
{
	if (guesses->count < ENTRIES) {
		return guesses->count++;
	}
	uint32_t index = guesses->oldest;
	uint32_t *at = bucket_of(guesses, &guesses->entries[index].digest);
	while (*at != index) {
		at = &guesses->entries[*at].next;
	}
	*at = guesses->entries[index].next;
	unlink_entry(guesses, index);
	return index;
}

/* The entry, made if need be, and heard of now. */
static struct entry *need(struct guesses *guesses, const struct digest *digest, uint64_t now)
{
	struct entry *entry = look(guesses, digest);
	uint32_t index;
	if (entry != NULL) {
		index = (uint32_t)(entry - guesses->entries);
		unlink_entry(guesses, index);
		if (now - entry->since >= guesses->limits.window) {
			entry->failures = 0;
			entry->since = now;
		}
	} else {
		uint32_t *bucket = bucket_of(guesses, digest);
		index = take_place(guesses);
		entry = &guesses->entries[index];
		*entry = (struct entry) { .digest = *digest, .next = *bucket, .since = now };
		*bucket = index;
	}
	link_newest(guesses, index);
	return entry;
}

/* What a guesser counts for. */
struct keys {
	bool by_address;
	struct digest address;
	struct digest user;
	struct digest both;
};

static bool make_keys(
	const struct guesses *guesses, const struct guesser *guesser, struct keys *keys)
{
	char source[INET6_ADDRSTRLEN + 1];
	keys->by_address = source_of(guesses, guesser->address, source, sizeof(source));
	const char *const texts[] = { guesser->name, source };
	return digest_make(guesses->key, 'a', texts + 1, 1, &keys->address) &&
	       digest_make(guesses->key, 'u', texts, 1, &keys->user) &&
	       digest_make(guesses->key, 'b', texts, 2, &keys->both);
}

static bool is_locked(struct guesses *guesses, const struct digest *digest, uint64_t now)
{
	const struct entry *entry = look(guesses, digest);
	return entry != NULL && now < entry->locked_until;
}

enum guess_lock guesses_check(struct guesses *guesses, const struct guesser *guesser, uint64_t now)
{
	struct keys keys;
	enum guess_lock lock = GUESS_FREE;
	if (!make_keys(guesses, guesser, &keys)) {
		return GUESS_FREE;
	}
	(void)pthread_mutex_lock(&guesses->lock);
	if (keys.by_address && is_locked(guesses, &keys.address, now)) {
		lock = GUESS_ADDRESS_LOCKED;
	} else if (is_locked(guesses, &keys.user, now)) {
		const struct entry *both = look(guesses, &keys.both);
		bool known = both != NULL && now < both->known_until;
		lock = known ? GUESS_FREE : GUESS_USER_LOCKED;
	}
	(void)pthread_mutex_unlock(&guesses->lock);
	return lock;
}

/* One failure more, and the lock when there are too many. */
static uint32_t count(
	struct guesses *guesses, const struct digest *digest, unsigned most, uint64_t now)
{
	struct entry *entry = need(guesses, digest, now);
	entry->failures++;
	if (most != 0 && entry->failures >= most) {
		entry->locked_until = now + guesses->limits.lockout;
		entry->failures = 0;
		return most;
	}
	return entry->failures;
}

/* 0, 1, 2, 4, … seconds. */
static unsigned delay_after(const struct guess_limits *limits, uint32_t failures)
{
	if (failures < 2) {
		return 0;
	}
	uint32_t doublings = failures - 2 < 16 ? failures - 2 : 16;
	unsigned delay = 1000u << doublings;
	return delay < limits->longest_delay ? delay : limits->longest_delay;
}

unsigned guesses_fail(struct guesses *guesses, const struct guesser *guesser,
	const struct digest *password, uint64_t now)
{
	struct keys keys;
	if (!make_keys(guesses, guesser, &keys)) {
		return guesses->limits.longest_delay;
	}
	(void)pthread_mutex_lock(&guesses->lock);
	struct entry *both = need(guesses, &keys.both, now);
	bool again = both->failures > 0 && digest_equal(&both->last_wrong, password);
	both->last_wrong = *password;
	uint32_t worst = again ? both->failures : ++both->failures;
	const struct digest *digests[] = { &keys.address, &keys.user };
	unsigned most[] = { guesses->limits.per_address, guesses->limits.per_user };
	for (size_t i = keys.by_address ? 0 : 1; i < 2; i++) {
		uint32_t failures = again ? need(guesses, digests[i], now)->failures
					  : count(guesses, digests[i], most[i], now);
		worst = failures > worst ? failures : worst;
	}
	(void)pthread_mutex_unlock(&guesses->lock);
	return delay_after(&guesses->limits, worst);
}

static void take_back(
	struct guesses *guesses, const struct digest *digest, uint32_t failures, uint64_t now)
{
	if (look(guesses, digest) != NULL) {
		struct entry *entry = need(guesses, digest, now);
		entry->failures -= failures < entry->failures ? failures : entry->failures;
	}
}

void guesses_succeed(struct guesses *guesses, const struct guesser *guesser, uint64_t now)
{
	struct keys keys;
	if (!make_keys(guesses, guesser, &keys)) {
		return;
	}
	(void)pthread_mutex_lock(&guesses->lock);
	struct entry *both = need(guesses, &keys.both, now);
	uint32_t failures = both->failures;
	both->failures = 0;
	both->known_until = now + KNOWN_FOR;
	take_back(guesses, &keys.address, failures, now);
	take_back(guesses, &keys.user, failures, now);
	(void)pthread_mutex_unlock(&guesses->lock);
}
