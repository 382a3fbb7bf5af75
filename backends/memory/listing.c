/* listing.c - the names of an account for LIST, and those subscribed to. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* Of one account, so that no client can fill the memory with them. */
#define MAX_SUBSCRIPTIONS 20000

/* Where a subscription is, or else would stand. */
static size_t find_name(const struct memory_tree *tree, const char *name, bool *found_out)
{
	const struct memory_names *names = &tree->subscriptions;
	size_t low = 0, high = names->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memory_tree_compare(names->names[middle], name, tree->memory->delimiter) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	*found_out = low < names->count && strcmp(names->names[low], name) == 0;
	return low;
}

static int subscribe_at(
	struct memory_names *names, struct roost_call *call, size_t i, const char *name)
{
	if (names->count == MAX_SUBSCRIPTIONS) {
		return roost_call_failf(call, ROOST_ERR_LIMIT,
			"An account has at most %d subscriptions", MAX_SUBSCRIPTIONS);
	}
	if (names->count == names->capacity) {
		size_t capacity = names->capacity == 0 ? 8 : names->capacity * 2;
		char **grown = realloc(names->names, capacity * sizeof(*grown));
		if (grown == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		names->names = grown;
		names->capacity = capacity;
	}
	char *copy = strdup(name);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memmove(&names->names[i + 1], &names->names[i], (names->count - i) * sizeof(copy));
	names->names[i] = copy;
	names->count++;
	return 0;
}

int memory_tree_subscribe(
	struct memory_tree *tree, struct roost_call *call, const char *name, bool subscribed)
{
	struct memory_names *names = &tree->subscriptions;
	int r = subscribed ? memory_tree_check_name(tree, call, name) : 0;
	if (r < 0) {
		return r;
	}
	bool found;
	pthread_rwlock_wrlock(&tree->lock);
	size_t i = find_name(tree, name, &found);
	if (subscribed && !found) {
		r = subscribe_at(names, call, i, name);
	} else if (!subscribed && found) {
		free(names->names[i]);
		names->count--;
		memmove(&names->names[i], &names->names[i + 1],
			(names->count - i) * sizeof(*names->names));
	}
	pthread_rwlock_unlock(&tree->lock);
	return r;
}

/* What is to be delivered: gathered under the lock, in the memory of the call. */
struct listed {
	struct listed *next;
	struct roost_mailbox_info info;
};

struct listing {
	struct memory_tree *tree;
	struct roost_call *call;
	struct listed *first, **end;
};

/* Add a name, the first `n` bytes of `name`. */
static int list_name(struct listing *listing, const char *name, size_t n,
	const struct memory_mailbox *mailbox, unsigned attributes)
{
	struct listed *listed = roost_call_alloc(listing->call, sizeof(*listed));
	char *copy = roost_call_strndup(listing->call, name, n);
	if (listed == NULL || copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	bool subscribed;
	(void)find_name(listing->tree, copy, &subscribed);
	listed->info = (struct roost_mailbox_info) {
		.size = sizeof(listed->info),
		.name = copy,
		.attributes = attributes | (subscribed ? ROOST_MAILBOX_SUBSCRIBED : 0u),
	};
	if (mailbox != NULL) {
		listed->info.attributes |= mailbox->special_use;
		listed->info.mailbox_id = memory_mailbox_id(mailbox, listing->call);
	}
	*listing->end = listed;
	listing->end = &listed->next;
	return 0;
}

/* All mailboxes, and before each the names above it that have none. */
static int list_all(struct listing *listing)
{
	const struct memory_tree *tree = listing->tree;
	char delimiter = tree->memory->delimiter;
	const char *last = "";
	for (size_t i = 0; i < tree->count; i++) {
		const struct memory_mailbox *mailbox = tree->mailboxes[i];
		const char *name = mailbox->name;
		/* Names above it that stand above the last one too, or are it, are listed already. */
		size_t same = 0;
		while (last[same] != '\0' && last[same] == name[same]) {
			same++;
		}
		size_t n = last[same] == '\0' && name[same] == delimiter ? same + 1 : same;
		for (; name[n] != '\0'; n++) {
			if (name[n] == delimiter) {
				int r = list_name(listing, name, n, NULL, ROOST_MAILBOX_NOSELECT);
				if (r < 0) {
					return r;
				}
			}
		}
		int r = list_name(listing, name, n, mailbox, 0);
		if (r < 0) {
			return r;
		}
		last = name;
	}
	return 0;
}

static int list_subscribed(struct listing *listing)
{
	const struct memory_tree *tree = listing->tree;
	for (size_t i = 0; i < tree->subscriptions.count; i++) {
		const char *name = tree->subscriptions.names[i];
		const struct memory_mailbox *mailbox = memory_tree_get(tree, name);
		unsigned attributes = mailbox != NULL ? 0u
				      : memory_tree_exists(tree, name)
					      ? (unsigned)ROOST_MAILBOX_NOSELECT
					      : (unsigned)ROOST_MAILBOX_NONEXISTENT;
		int r = list_name(listing, name, strlen(name), mailbox, attributes);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

int memory_tree_list(struct memory_tree *tree, struct roost_call *call, bool subscribed_only,
	roost_mailbox_fn deliver, void *context)
{
	struct listing listing = { .tree = tree, .call = call };
	listing.end = &listing.first;
	pthread_rwlock_rdlock(&tree->lock);
	int r = subscribed_only ? list_subscribed(&listing) : list_all(&listing);
	pthread_rwlock_unlock(&tree->lock);
	for (const struct listed *listed = listing.first; r == 0 && listed != NULL;
		listed = listed->next) {
		r = deliver(context, &listed->info);
	}
	return r == ROOST_STOP ? 0 : r;
}
