/* backend.c - the local backend: opening a store, signing in, closing it. */
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "folder.h"
#include "mover.h"
#include "user.h"

#define OPEN_DATABASES 128
#define INLINE_OCTETS 65536
/* The part of a pack that is worth a sync: 256 KiB. */
#define LEAST_OF_PACK 256

static struct store *store_of(struct roost_backend *backend)
{
	return roost_container_of(backend, struct store, base);
}

static int login(struct roost_backend *backend, struct roost_call *call,
	const struct roost_credentials *credentials, struct roost_user **user_out)
{
	struct store *store = store_of(backend);
	struct account *account;
	char *name = NULL;
	int r = store->options.verify(store->options.context, call, credentials, &name);
	if (r == 0) {
		r = name == NULL ? ROOST_ERR_NO_MEMORY
				 : local_store_get_account(store, call, name, &account);
	}
	free(name);
	if (r != 0) {
		return r;
	}
	/* Opened now, so that a store that does not work is told at once. */
	r = local_store_begin_op(account, call);
	if (r < 0) {
		local_store_put_account(account);
		return r;
	}
	local_store_end_op(account);
	return local_user_create(account, user_out);
}

static int append_limit(struct roost_backend *backend, struct roost_call *call, uint64_t *limit_out)
{
	(void)call;
	*limit_out = store_of(backend)->options.append_limit;
	return 0;
}

static void set_updates(struct roost_backend *backend, struct roost_updates *updates)
{
	struct store *store = store_of(backend);
	if (updates == NULL) {
		local_bell_stop(store);
	}
	atomic_store(&store->updates, updates);
	if (updates != NULL) {
		local_bell_listen(store);
	}
}

static void destroy(struct roost_backend *backend)
{
	struct store *store = store_of(backend);
	local_bell_stop(store);
	local_store_finish(store);
	(void)pthread_mutex_destroy(&store->lock);
	if (store->lock_fd >= 0) {
		(void)close(store->lock_fd);
	}
	free(store->folder);
	free(store);
}

static const struct roost_backend_ops ops = {
	.size = sizeof(ops),
	.login = login,
	.append_limit = append_limit,
	.set_updates = set_updates,
	.destroy = destroy,
};

struct store *local_store_of(struct roost_backend *backend)
{
	return backend != NULL && backend->ops == &ops ? store_of(backend) : NULL;
}

static int take_options(struct store *store, const struct roost_local_options *options)
{
	struct roost_local_options *taken = &store->options;
	memcpy(taken, options, options->size < sizeof(*taken) ? options->size : sizeof(*taken));
	if (taken->folder == NULL || taken->folder[0] == '\0' || taken->verify == NULL) {
		return ROOST_ERR_INVALID;
	}
	taken->delimiter = taken->delimiter == '\0' ? '/' : taken->delimiter;
	taken->append_limit = taken->append_limit == 0 ? ROOST_NO_LIMIT : taken->append_limit;
	taken->quota = taken->quota == 0 ? ROOST_NO_LIMIT : taken->quota;
	taken->open_databases = taken->open_databases == 0 ? OPEN_DATABASES : taken->open_databases;
	taken->inline_octets = taken->inline_octets == 0 ? INLINE_OCTETS : taken->inline_octets;
	if (taken->pack_octets == 0 || taken->pack_octets > PACK_FULL) {
		taken->pack_octets = PACK_FULL;
	}
	store->packing = (struct packing_limits) {
		.full = taken->pack_octets,
		.least = taken->pack_octets / LEAST_OF_PACK,
	};
	store->folder = strdup(taken->folder);
	taken->folder = store->folder;
	return store->folder == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

int roost_local_create(
	const struct roost_local_options *options, struct roost_backend **backend_out)
{
	if (options == NULL) {
		return ROOST_ERR_INVALID;
	}
	struct store *store = calloc(1, sizeof(*store));
	if (store == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	store->lock_fd = store->bell.events = store->bell.wakes = -1;
	store->base.ops = &ops;
	store->base.features = ROOST_FEATURE_MODSEQ | ROOST_FEATURE_OBJECT_ID |
			       ROOST_FEATURE_SAVE_DATE | ROOST_FEATURE_SPECIAL_USE |
			       ROOST_FEATURE_TRIES | ROOST_FEATURE_TRIES_SEARCH;
	store->idle_most = IDLE_MESSAGES;
	(void)pthread_mutex_init(&store->lock, NULL);
	int r = take_options(store, options);
	if (r == 0) {
		r = local_mover_create(store, &store->mover);
	}
	if (r == 0) {
		r = local_chores_create(store, &store->chores);
	}
	if (r == 0 && store->options.background_delay > 0) {
		local_chores_set_delay(store->chores, store->options.background_delay);
	}
	if (r == 0) {
		char folder[256], why[256];
		r = local_folder_join_store(store->folder, &store->lock_fd);
		if (r < 0) {
			local_trouble_quote(why, sizeof(why), strerror(errno));
			local_trouble_quote(folder, sizeof(folder), store->folder);
			local_trouble_log(store, ROOST_LOG_ERROR,
				"event=store-refused folder=%s error=%s reason=%s", folder,
				roost_error_name(r), why);
		}
	}
	if (r < 0) {
		destroy(&store->base);
		return r;
	}
	*backend_out = &store->base;
	return 0;
}
