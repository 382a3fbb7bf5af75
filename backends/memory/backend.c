/* backend.c - the memory backend: its users and what all of them share. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct memory *memory_of(struct roost_backend *backend)
{
	return roost_container_of(backend, struct memory, base);
}

/* The index of the first account of that name or behind it. With the lock. */
static size_t find(const struct memory *memory, const char *name)
{
	size_t low = 0, high = memory->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(memory->accounts[middle]->name, name) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static struct memory_account *get_account(struct memory *memory, const char *name)
{
	struct memory_account *account = NULL;
	pthread_rwlock_rdlock(&memory->lock);
	size_t i = find(memory, name);
	if (i < memory->count && strcmp(memory->accounts[i]->name, name) == 0) {
		account = memory->accounts[i];
	}
	pthread_rwlock_unlock(&memory->lock);
	return account;
}

/* Takes as long as what was given is, whatever the password: so nobody can guess it by the clock,
 * nor whether there is one. */
static bool is_password(const struct memory_account *account, const char *secret, size_t size)
{
	const char *password = account == NULL ? "" : account->password;
	size_t n = strlen(password);
	volatile unsigned char difference = account == NULL || n != size;
	for (size_t i = 0, k = 0; i < size; i++) {
		difference = (unsigned char)(difference | (secret[i] ^ password[k]));
		k = k < n ? k + 1 : 0;
	}
	return difference == 0;
}

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	const struct memory_account *account =
		get_account(memory_of(backend), credentials->username);
	bool proved = false;
	switch (credentials->kind) {
	case ROOST_CREDENTIALS_PASSWORD:
		proved = credentials->secret != NULL &&
			 is_password(account, credentials->secret, credentials->secret_size);
		break;
	case ROOST_CREDENTIALS_VERIFIED:
		proved = account != NULL;
		break;
	case ROOST_CREDENTIALS_TOKEN:
	case ROOST_CREDENTIALS_CERTIFICATE:
		break;
	}
	if (!proved) {
		return roost_call_fail(call, ROOST_ERR_INVALID_CREDENTIALS,
			"There is no such user with this password");
	}
	const char *authzid = credentials->authzid;
	if (authzid != NULL && authzid[0] != '\0' && strcmp(authzid, account->name) != 0) {
		return roost_call_failf(call, ROOST_ERR_AUTHORIZATION_FAILED,
			"%s may not open the mail of %s", account->name, authzid);
	}
	return memory_user_create((struct memory_account *)(uintptr_t)account, user_out);
}

static int append_limit(struct roost_backend *backend, struct roost_call *call, uint64_t *limit_out)
{
	(void)call;
	*limit_out = memory_of(backend)->append_limit;
	return 0;
}

int memory_account_take(struct memory_account *account, struct roost_call *call, uint64_t octets)
{
	uint64_t quota = account->memory->quota;
	uint64_t used = atomic_load(&account->octets);
	do {
		if (used > quota || octets > quota - used) {
			return roost_call_failf(call, ROOST_ERR_OVER_QUOTA,
				"All messages together may have %llu octets",
				(unsigned long long)quota);
		}
	} while (!atomic_compare_exchange_weak(&account->octets, &used, used + octets));
	return 0;
}

void memory_account_give_back(struct memory_account *account, uint64_t octets)
{
	atomic_fetch_sub(&account->octets, octets);
}

uint64_t memory_account_append_limit(const struct memory_account *account)
{
	uint64_t own = atomic_load(&account->append_limit);
	uint64_t all = account->memory->append_limit;
	return own < all ? own : all;
}

static void destroy_account(struct memory_account *account)
{
	if (account != NULL) {
		memory_tree_finish(&account->tree);
		memory_threads_finish(&account->threads);
		free(account->name);
		free(account->password);
		free(account);
	}
}

static void destroy(struct roost_backend *backend)
{
	struct memory *memory = memory_of(backend);
	for (size_t i = 0; i < memory->count; i++) {
		destroy_account(memory->accounts[i]);
	}
	free(memory->accounts);
	pthread_rwlock_destroy(&memory->lock);
	free(memory);
}

static const struct roost_backend_ops ops = {
	.size = sizeof(ops),
	.login = login,
	.append_limit = append_limit,
	.destroy = destroy,
};

int roost_memory_create(
	const struct roost_memory_options *options, struct roost_backend **backend_out)
{
	struct roost_memory_options given = { .size = sizeof(given) };
	if (options != NULL) {
		memcpy(&given, options,
			options->size < sizeof(given) ? options->size : sizeof(given));
	}
	struct memory *memory = calloc(1, sizeof(*memory));
	if (memory == NULL || memory_lock_init(&memory->lock) < 0) {
		free(memory);
		return ROOST_ERR_NO_MEMORY;
	}
	memory->base.ops = &ops;
	memory->base.features = ROOST_FEATURE_READS_NEVER_BLOCK | ROOST_FEATURE_MODSEQ |
				ROOST_FEATURE_SPECIAL_USE | ROOST_FEATURE_SAVE_DATE |
				ROOST_FEATURE_OBJECT_ID;
	memory->delimiter = given.delimiter == '\0' ? '/' : given.delimiter;
	memory->append_limit = given.append_limit == 0 ? ROOST_NO_LIMIT : given.append_limit;
	memory->quota = given.quota == 0 ? ROOST_NO_LIMIT : given.quota;
	/* So that what clients remember from before a restart is never mistaken for what is now. */
	memory->started = (uint32_t)time(NULL);
	atomic_init(&memory->uid_validity, memory->started);
	*backend_out = &memory->base;
	return 0;
}

static int create_account(struct memory *memory, const char *name, const char *password,
	struct memory_account **account_out)
{
	struct memory_account *account = calloc(1, sizeof(*account));
	if (account == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	account->memory = memory;
	account->name = strdup(name);
	account->password = strdup(password);
	atomic_init(&account->append_limit, ROOST_NO_LIMIT);
	int r = memory_threads_init(&account->threads);
	if (r == 0) {
		r = account->name == NULL || account->password == NULL
			    ? ROOST_ERR_NO_MEMORY
			    : memory_tree_init(&account->tree, memory);
		if (r < 0) {
			memory_threads_finish(&account->threads);
		}
	}
	if (r < 0) {
		free(account->name);
		free(account->password);
		free(account);
		return ROOST_ERR_NO_MEMORY;
	}
	*account_out = account;
	return 0;
}

/* With the lock. */
static int insert(struct memory *memory, struct memory_account *account)
{
	size_t i = find(memory, account->name);
	if (i < memory->count && strcmp(memory->accounts[i]->name, account->name) == 0) {
		return ROOST_ERR_MAILBOX_EXISTS;
	}
	if (memory->count == memory->capacity) {
		size_t capacity = memory->capacity == 0 ? 8 : memory->capacity * 2;
		struct memory_account **accounts =
			realloc(memory->accounts, capacity * sizeof(*accounts));
		if (accounts == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		memory->accounts = accounts;
		memory->capacity = capacity;
	}
	memmove(&memory->accounts[i + 1], &memory->accounts[i],
		(memory->count - i) * sizeof(*memory->accounts));
	memory->accounts[i] = account;
	memory->count++;
	return 0;
}

int roost_memory_add_user(struct roost_backend *backend, const char *name, const char *password)
{
	struct memory *memory = memory_of(backend);
	if (name == NULL || name[0] == '\0' || password == NULL) {
		return ROOST_ERR_INVALID;
	}
	struct memory_account *account;
	int r = create_account(memory, name, password, &account);
	if (r < 0) {
		return r;
	}
	pthread_rwlock_wrlock(&memory->lock);
	r = insert(memory, account);
	pthread_rwlock_unlock(&memory->lock);
	if (r < 0) {
		destroy_account(account);
	}
	return r;
}

int roost_memory_set_append_limit(struct roost_backend *backend, const char *name, uint64_t limit)
{
	struct memory_account *account =
		name == NULL ? NULL : get_account(memory_of(backend), name);
	if (account == NULL) {
		return ROOST_ERR_INVALID;
	}
	atomic_store(&account->append_limit, limit);
	return 0;
}
