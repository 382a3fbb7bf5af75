/* tree.c - the mailboxes of an account by name and what stands below what. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* Of one account, so that no client can fill the memory with them. */
#define MAX_MAILBOXES 20000

int memory_tree_compare(const char *a, const char *b, char delimiter)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	unsigned left = *a == '\0' ? 0 : *a == delimiter ? 1 : 2u + (unsigned char)*a;
	unsigned right = *b == '\0' ? 0 : *b == delimiter ? 1 : 2u + (unsigned char)*b;
	return left < right ? -1 : left > right;
}

static int compare_mailboxes(const void *a, const void *b, void *context)
{
	const struct memory_mailbox *const *left = a, *const *right = b;
	return memory_tree_compare((*left)->name, (*right)->name, *(const char *)context);
}

static bool is_below(const char *name, const char *superior, char delimiter)
{
	size_t n = strlen(superior);
	return strncmp(name, superior, n) == 0 && name[n] == delimiter;
}

/* The index of the first mailbox that has that name or stands behind it. */
static size_t find(const struct memory_tree *tree, const char *name)
{
	size_t low = 0, high = tree->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memory_tree_compare(
			    tree->mailboxes[middle]->name, name, tree->memory->delimiter) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

struct memory_mailbox *memory_tree_get(const struct memory_tree *tree, const char *name)
{
	size_t i = find(tree, name);
	return i < tree->count && strcmp(tree->mailboxes[i]->name, name) == 0 ? tree->mailboxes[i]
									      : NULL;
}

/* The index behind the last mailbox of that name or below it. */
static size_t find_end(const struct memory_tree *tree, const char *name)
{
	size_t i = find(tree, name);
	while (i < tree->count &&
		(strcmp(tree->mailboxes[i]->name, name) == 0 ||
			is_below(tree->mailboxes[i]->name, name, tree->memory->delimiter))) {
		i++;
	}
	return i;
}

bool memory_tree_exists(const struct memory_tree *tree, const char *name)
{
	size_t i = find(tree, name);
	return i < tree->count &&
	       (strcmp(tree->mailboxes[i]->name, name) == 0 ||
		       is_below(tree->mailboxes[i]->name, name, tree->memory->delimiter));
}

int memory_tree_check_name(
	const struct memory_tree *tree, struct roost_call *call, const char *name)
{
	char delimiter = tree->memory->delimiter;
	size_t levels = 1, n = strlen(name), level = 0;
	for (size_t i = 0; i <= n; i++) {
		if (i < n && name[i] != delimiter) {
			level++;
			continue;
		}
		if (level == 0) {
			return roost_call_fail(
				call, ROOST_ERR_CANNOT, "A mailbox name has no empty levels");
		}
		levels += i < n;
		level = 0;
	}
	if (n > ROOST_MAX_MAILBOX_NAME) {
		return roost_call_failf(call, ROOST_ERR_CANNOT,
			"A mailbox name has at most %d bytes", ROOST_MAX_MAILBOX_NAME);
	}
	if (levels > ROOST_MAX_MAILBOX_LEVELS) {
		return roost_call_failf(call, ROOST_ERR_CANNOT,
			"A mailbox name has at most %d levels", ROOST_MAX_MAILBOX_LEVELS);
	}
	return 0;
}

static int no_such_mailbox(struct roost_call *call, const char *name)
{
	return roost_call_failf(call, ROOST_ERR_NO_SUCH_MAILBOX, "There is no mailbox %s", name);
}

static int reserve(struct memory_tree *tree, size_t more)
{
	if (more <= tree->capacity - tree->count) {
		return 0;
	}
	size_t capacity = tree->count * 2 + more;
	struct memory_mailbox **mailboxes = realloc(tree->mailboxes, capacity * sizeof(*mailboxes));
	if (mailboxes == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	tree->mailboxes = mailboxes;
	tree->capacity = capacity;
	return 0;
}

/* There is room. */
static void insert(struct memory_tree *tree, struct memory_mailbox *mailbox)
{
	size_t i = find(tree, mailbox->name);
	memmove(&tree->mailboxes[i + 1], &tree->mailboxes[i],
		(tree->count - i) * sizeof(*tree->mailboxes));
	tree->mailboxes[i] = mailbox;
	tree->count++;
}

/* New mailboxes that are not in the tree yet. */
struct made {
	struct memory_mailbox *mailboxes[ROOST_MAX_MAILBOX_LEVELS];
	size_t count;
};

static void drop_made(struct made *made)
{
	for (size_t i = 0; i < made->count; i++) {
		memory_mailbox_unref(made->mailboxes[i]);
	}
	made->count = 0;
}

static int make(const struct memory_tree *tree, const char *name, size_t n, struct made *made)
{
	int r = memory_mailbox_create(
		tree->memory, strndup(name, n), &made->mailboxes[made->count]);
	if (r == 0) {
		made->count++;
	}
	return r;
}

/* Make the superior names of `name` that are missing, and room for all that was made. */
static int make_superiors(
	struct memory_tree *tree, struct roost_call *call, const char *name, struct made *made)
{
	char prefix[ROOST_MAX_MAILBOX_NAME + 1];
	for (size_t i = 0; name[i] != '\0'; i++) {
		prefix[i] = '\0';
		if (name[i] == tree->memory->delimiter && !memory_tree_exists(tree, prefix)) {
			int r = make(tree, name, i, made);
			if (r < 0) {
				return r;
			}
		}
		prefix[i] = name[i];
	}
	if (made->count > MAX_MAILBOXES - tree->count) {
		return roost_call_failf(call, ROOST_ERR_LIMIT,
			"An account has at most %d mailboxes", MAX_MAILBOXES);
	}
	return reserve(tree, made->count);
}

static void insert_made(struct memory_tree *tree, struct made *made)
{
	for (size_t i = 0; i < made->count; i++) {
		insert(tree, made->mailboxes[i]);
	}
	made->count = 0;
}

int memory_tree_init(struct memory_tree *tree, struct memory *memory)
{
	*tree = (struct memory_tree) { .memory = memory };
	int r = memory_lock_init(&tree->lock);
	if (r < 0) {
		return r;
	}
	struct made made = { .count = 0 };
	r = make(tree, "INBOX", strlen("INBOX"), &made);
	if (r == 0) {
		r = reserve(tree, 1);
	}
	if (r < 0) {
		drop_made(&made);
		pthread_rwlock_destroy(&tree->lock);
		return r;
	}
	insert_made(tree, &made);
	return 0;
}

void memory_tree_finish(struct memory_tree *tree)
{
	for (size_t i = 0; i < tree->count; i++) {
		memory_mailbox_unref(tree->mailboxes[i]);
	}
	free(tree->mailboxes);
	for (size_t i = 0; i < tree->subscriptions.count; i++) {
		free(tree->subscriptions.names[i]);
	}
	free(tree->subscriptions.names);
	pthread_rwlock_destroy(&tree->lock);
}

int memory_tree_open(struct memory_tree *tree, struct roost_call *call, const char *name,
	struct memory_mailbox **mailbox_out, uint64_t *epoch_out)
{
	pthread_rwlock_rdlock(&tree->lock);
	struct memory_mailbox *mailbox = memory_tree_get(tree, name);
	if (mailbox != NULL) {
		atomic_fetch_add(&mailbox->refs, 1);
		*mailbox_out = mailbox;
		*epoch_out = mailbox->epoch;
	}
	pthread_rwlock_unlock(&tree->lock);
	return mailbox == NULL ? no_such_mailbox(call, name) : 0;
}

int memory_tree_create(
	struct memory_tree *tree, struct roost_call *call, const char *name, unsigned special_use)
{
	int r = memory_tree_check_name(tree, call, name);
	if (r < 0) {
		return r;
	}
	struct made made = { .count = 0 };
	pthread_rwlock_wrlock(&tree->lock);
	if (memory_tree_get(tree, name) != NULL) {
		r = roost_call_failf(
			call, ROOST_ERR_MAILBOX_EXISTS, "There is a mailbox %s already", name);
	} else {
		r = make(tree, name, strlen(name), &made);
	}
	if (r == 0) {
		made.mailboxes[0]->special_use = special_use;
		r = make_superiors(tree, call, name, &made);
	}
	if (r == 0) {
		insert_made(tree, &made);
	}
	pthread_rwlock_unlock(&tree->lock);
	drop_made(&made);
	return r;
}

int memory_tree_delete(
	struct memory_tree *tree, struct roost_call *call, const char *name, uint64_t *octets_out)
{
	struct memory_messages messages;
	if (strcmp(name, "INBOX") == 0) {
		return roost_call_fail(call, ROOST_ERR_CANNOT, "INBOX cannot be deleted");
	}
	pthread_rwlock_wrlock(&tree->lock);
	struct memory_mailbox *mailbox = memory_tree_get(tree, name);
	if (mailbox == NULL) {
		bool children = memory_tree_exists(tree, name);
		pthread_rwlock_unlock(&tree->lock);
		return children ? roost_call_failf(call, ROOST_ERR_HAS_CHILDREN,
					  "%s is only a name with mailboxes below it", name)
				: no_such_mailbox(call, name);
	}
	size_t i = find(tree, name);
	tree->count--;
	memmove(&tree->mailboxes[i], &tree->mailboxes[i + 1],
		(tree->count - i) * sizeof(*tree->mailboxes));
	pthread_rwlock_wrlock(&mailbox->lock);
	mailbox->epoch++;
	messages = mailbox->messages;
	memory_messages_init(&mailbox->messages);
	pthread_rwlock_unlock(&mailbox->lock);
	pthread_rwlock_unlock(&tree->lock);

	*octets_out = messages.octets;
	memory_messages_clear(&messages);
	memory_mailbox_unref(mailbox);
	return 0;
}

/* The name that `name`, which is `from` or below it, gets when `from` becomes `to`. */
static int new_name(struct memory_tree *tree, struct roost_call *call, const char *name,
	const char *from, const char *to, char **name_out)
{
	const char *rest = name + strlen(from);
	size_t n = strlen(to), m = strlen(rest);
	char *joined = malloc(n + m + 1);
	if (joined == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memcpy(joined, to, n);
	memcpy(joined + n, rest, m + 1);
	int r = memory_tree_check_name(tree, call, joined);
	if (r < 0) {
		free(joined);
		return r;
	}
	*name_out = joined;
	return 0;
}

/* Whether it may be renamed, with the tree's lock. */
static int check_rename(
	const struct memory_tree *tree, struct roost_call *call, const char *from, const char *to)
{
	if (!memory_tree_exists(tree, from)) {
		return no_such_mailbox(call, from);
	}
	if (is_below(to, from, tree->memory->delimiter)) {
		return roost_call_failf(
			call, ROOST_ERR_CANNOT, "%s cannot become a mailbox below itself", from);
	}
	if (memory_tree_exists(tree, to)) {
		return roost_call_failf(
			call, ROOST_ERR_MAILBOX_EXISTS, "There is a mailbox %s already", to);
	}
	return 0;
}

/* Give the mailboxes from `first` on their new names, which ends all handles that are open. */
static void set_names(struct memory_tree *tree, size_t first, char **names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct memory_mailbox *mailbox = tree->mailboxes[first + i];
		pthread_rwlock_wrlock(&mailbox->lock);
		mailbox->epoch++;
		pthread_rwlock_unlock(&mailbox->lock);
		free(mailbox->name);
		mailbox->name = names[i];
	}
	char delimiter = tree->memory->delimiter;
	qsort_r(tree->mailboxes, tree->count, sizeof(*tree->mailboxes), compare_mailboxes,
		&delimiter);
}

static int rename_locked(
	struct memory_tree *tree, struct roost_call *call, const char *from, const char *to)
{
	int r = check_rename(tree, call, from, to);
	if (r < 0) {
		return r;
	}
	struct made made = { .count = 0 };
	size_t first = find(tree, from), count = find_end(tree, from) - first, named = 0;
	char **names = calloc(count, sizeof(*names));
	if (names == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (; r == 0 && named < count; named += r == 0) {
		r = new_name(
			tree, call, tree->mailboxes[first + named]->name, from, to, &names[named]);
	}
	if (r == 0) {
		r = make_superiors(tree, call, to, &made);
	}
	if (r == 0) {
		set_names(tree, first, names, count);
		insert_made(tree, &made);
		named = 0;
	}
	for (size_t i = 0; i < named; i++) {
		free(names[i]);
	}
	free(names);
	drop_made(&made);
	return r;
}

int memory_tree_rename(
	struct memory_tree *tree, struct roost_call *call, const char *from, const char *to)
{
	if (strcmp(from, "INBOX") == 0) {
		return ROOST_ERR_NOT_SUPPORTED; /* the library creates and moves */
	}
	int r = memory_tree_check_name(tree, call, to);
	if (r < 0) {
		return r;
	}
	pthread_rwlock_wrlock(&tree->lock);
	r = rename_locked(tree, call, from, to);
	pthread_rwlock_unlock(&tree->lock);
	return r;
}
