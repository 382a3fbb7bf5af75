/* survey.c - what others have done to mailboxes that nobody here has open. */
#include "survey.h"

#include <stdlib.h>
#include <string.h>

#include <roost/updates.h>

#include "store.h"

struct surveyed {
	int64_t id;
	char *name;
	int64_t uid_validity, uid_next, modseq, messages;
};

/* What the rows say. */
struct rows {
	struct surveyed *mailboxes;
	size_t mailbox_count, mailbox_capacity;
	char **subscriptions;
	size_t subscription_count, subscription_capacity;
};

static void clear_rows(struct rows *rows)
{
	for (size_t i = 0; i < rows->mailbox_count; i++) {
		free(rows->mailboxes[i].name);
	}
	for (size_t i = 0; i < rows->subscription_count; i++) {
		free(rows->subscriptions[i]);
	}
	free(rows->mailboxes);
	free(rows->subscriptions);
	*rows = (struct rows) { .mailboxes = NULL };
}

/* With the lock. */
static void keep(struct survey *survey, const struct rows *rows, bool taken)
{
	struct rows before = { survey->mailboxes, survey->mailbox_count, 0, survey->subscriptions,
		survey->subscription_count, 0 };
	clear_rows(&before);
	survey->mailboxes = rows->mailboxes;
	survey->mailbox_count = rows->mailbox_count;
	survey->subscriptions = rows->subscriptions;
	survey->subscription_count = rows->subscription_count;
	atomic_store(&survey->taken, taken);
}

static void forget(struct survey *survey)
{
	const struct rows none = { .mailboxes = NULL };
	keep(survey, &none, false);
}

void local_survey_init(struct survey *survey)
{
	(void)pthread_mutex_init(&survey->lock, NULL);
	atomic_init(&survey->taken, false);
}

void local_survey_finish(struct survey *survey)
{
	forget(survey);
	(void)pthread_mutex_destroy(&survey->lock);
}

/* Room for one more of `size` bytes. */
static int grow(void *list, size_t count, size_t *capacity, size_t size)
{
	void **array = list;
	if (count < *capacity) {
		return 0;
	}
	size_t more = *capacity * 2 + 16;
	void *grown = realloc(*array, more * size);
	if (grown == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	*array = grown;
	*capacity = more;
	return 0;
}

static char *copy_text(struct roost_text text)
{
	return strndup(text.bytes == NULL ? "" : text.bytes, text.size);
}

static int add_mailbox(struct rows *rows, struct driver_statement *s)
{
	int r = grow(&rows->mailboxes, rows->mailbox_count, &rows->mailbox_capacity,
		sizeof(*rows->mailboxes));
	char *name = r < 0 ? NULL : copy_text(local_driver_bytes(s, 1));
	if (name == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	rows->mailboxes[rows->mailbox_count++] = (struct surveyed) {
		.id = local_driver_number(s, 0),
		.name = name,
		.uid_validity = local_driver_number(s, 2),
		.uid_next = local_driver_number(s, 3),
		.modseq = local_driver_number(s, 4),
		.messages = local_driver_number(s, 5),
	};
	return 0;
}

static int add_subscription(struct rows *rows, struct driver_statement *s)
{
	int r = grow(&rows->subscriptions, rows->subscription_count, &rows->subscription_capacity,
		sizeof(*rows->subscriptions));
	char *name = r < 0 ? NULL : copy_text(local_driver_bytes(s, 0));
	if (name == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	rows->subscriptions[rows->subscription_count++] = name;
	return 0;
}

static int read_all(struct driver *db, const char *sql, struct rows *rows,
	int (*add)(struct rows *rows, struct driver_statement *s))
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		r = add(rows, s);
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

/* Within an op. */
static int read_rows(struct account *account, struct rows *rows)
{
	struct driver *reader = NULL;
	int r = local_account_take_reader(account, NULL, &reader);
	if (r < 0) {
		return r;
	}
	r = local_driver_begin_read(reader);
	if (r == 0) {
		r = read_all(reader,
			"SELECT id, name, uid_validity, uid_next, modseq, messages FROM mailbox"
			" ORDER BY id",
			rows, add_mailbox);
	}
	if (r == 0) {
		r = read_all(reader, "SELECT name FROM subscription ORDER BY name", rows,
			add_subscription);
	}
	local_driver_rollback(reader);
	if (r < 0) {
		clear_rows(rows);
		(void)local_trouble(account, NULL, r, local_driver_text(reader));
	}
	local_account_put_reader(account, reader);
	return r;
}

static bool is_wanted(const struct account *account)
{
	struct roost_updates *updates = atomic_load(&account->store->updates);
	return updates != NULL && roost_updates_wants_all(updates, account->name);
}

void local_survey_begin(struct account *account)
{
	struct survey *survey = &account->survey;
	struct rows rows = { .mailboxes = NULL };
	if (atomic_load(&survey->taken) || !is_wanted(account)) {
		return;
	}
	pthread_mutex_lock(&survey->lock);
	if (!atomic_load(&survey->taken) && read_rows(account, &rows) == 0) {
		keep(survey, &rows, true);
	}
	pthread_mutex_unlock(&survey->lock);
}

/* Without memory it is not told. */
static void post(const struct account *account, struct roost_update update)
{
	struct roost_updates *updates = atomic_load(&account->store->updates);
	update.size = sizeof(update);
	update.user = account->name;
	if (updates != NULL) {
		(void)roost_updates_post(updates, &update);
	}
}

static void post_event(const struct account *account, const char *mailbox,
	enum roost_mailbox_event event, const char *new_name)
{
	post(account, (struct roost_update) { .kind = ROOST_UPDATE_MAILBOX_INFO,
			      .mailbox = mailbox,
			      .event = event,
			      .new_name = new_name });
}

/* Whether handles have the mailbox open: then its index tells more. */
static bool is_open(struct account *account, int64_t id)
{
	struct index *index = local_account_next_index(account, id - 1);
	bool open = index != NULL && index->mailbox == id;
	if (index != NULL) {
		local_account_put_index(account, index);
	}
	return open;
}

static struct surveyed *find(struct surveyed *list, size_t count, int64_t id)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < count && list[low].id == id ? &list[low] : NULL;
}

/* Whether a mailbox has another name only because one above it has: the last level is the same, and
 * a mailbox had the name that was above it and has the one that is above it now. */
static bool follows(const struct account *account, const struct survey *survey,
	const struct rows *rows, const char *before, const char *now)
{
	char delimiter = account->store->options.delimiter;
	const char *old_end = delimiter == '\0' ? NULL : strrchr(before, delimiter);
	const char *new_end = delimiter == '\0' ? NULL : strrchr(now, delimiter);
	if (old_end == NULL || new_end == NULL || strcmp(old_end, new_end) != 0) {
		return false;
	}
	size_t old_size = (size_t)(old_end - before), new_size = (size_t)(new_end - now);
	for (size_t i = 0; i < survey->mailbox_count; i++) {
		const struct surveyed *above = &survey->mailboxes[i];
		if (strncmp(above->name, before, old_size) == 0 && above->name[old_size] == '\0') {
			above = find(rows->mailboxes, rows->mailbox_count, above->id);
			return above != NULL && strncmp(above->name, now, new_size) == 0 &&
			       above->name[new_size] == '\0';
		}
	}
	return false;
}

static void compare_mailbox(struct account *account, const struct survey *survey,
	const struct rows *rows, const struct surveyed *before, const struct surveyed *now)
{
	static const struct roost_uidset none = ROOST_UIDSET_EMPTY;
	if (is_open(account, now->id)) {
		return;
	}
	if (strcmp(before->name, now->name) != 0 &&
		!follows(account, survey, rows, before->name, now->name)) {
		post_event(account, before->name, ROOST_MAILBOX_RENAMED, now->name);
	}
	if (before->uid_validity != now->uid_validity || before->uid_next != now->uid_next ||
		before->messages != now->messages) {
		post(account, (struct roost_update) {
				      .kind = ROOST_UPDATE_MAILBOX, .mailbox = now->name });
	} else if (before->modseq != now->modseq) {
		post(account, (struct roost_update) { .kind = ROOST_UPDATE_MESSAGE,
				      .mailbox = now->name,
				      .uids = &none });
	}
}

static void compare_mailboxes(
	struct account *account, const struct survey *survey, const struct rows *rows)
{
	size_t i = 0, j = 0;
	while (i < survey->mailbox_count || j < rows->mailbox_count) {
		const struct surveyed *before =
			i < survey->mailbox_count ? &survey->mailboxes[i] : NULL;
		const struct surveyed *now = j < rows->mailbox_count ? &rows->mailboxes[j] : NULL;
		if (now == NULL || (before != NULL && before->id < now->id)) {
			post_event(account, before->name, ROOST_MAILBOX_DELETED, NULL);
			i++;
		} else if (before == NULL || now->id < before->id) {
			post_event(account, now->name, ROOST_MAILBOX_CREATED, NULL);
			j++;
		} else {
			compare_mailbox(account, survey, rows, before, now);
			i++;
			j++;
		}
	}
}

static void compare_subscriptions(
	const struct account *account, const struct survey *survey, const struct rows *rows)
{
	size_t i = 0, j = 0;
	while (i < survey->subscription_count || j < rows->subscription_count) {
		const char *before =
			i < survey->subscription_count ? survey->subscriptions[i] : NULL;
		const char *now = j < rows->subscription_count ? rows->subscriptions[j] : NULL;
		int order = before == NULL ? 1 : now == NULL ? -1 : strcmp(before, now);
		if (order != 0) {
			post_event(account, order < 0 ? before : now,
				ROOST_MAILBOX_SUBSCRIPTION_CHANGED, NULL);
		}
		i += order <= 0;
		j += order >= 0;
	}
}

void local_survey_look(struct account *account)
{
	struct survey *survey = &account->survey;
	struct rows rows = { .mailboxes = NULL };
	if (!atomic_load(&survey->taken)) {
		return;
	}
	pthread_mutex_lock(&survey->lock);
	if (!is_wanted(account)) {
		forget(survey);
	} else if (local_store_begin_op(account, NULL) == 0) {
		if (read_rows(account, &rows) == 0) {
			compare_mailboxes(account, survey, &rows);
			compare_subscriptions(account, survey, &rows);
			keep(survey, &rows, true);
		}
		local_store_end_op(account);
	}
	pthread_mutex_unlock(&survey->lock);
}

bool local_survey_hold(struct account *account)
{
	struct survey *survey = &account->survey;
	if (!atomic_load(&survey->taken)) {
		return false;
	}
	pthread_mutex_lock(&survey->lock);
	return true;
}

void local_survey_let_go(struct account *account)
{
	pthread_mutex_unlock(&account->survey.lock);
}

void local_survey_note(struct account *account, const struct delta *delta)
{
	struct survey *survey = &account->survey;
	struct surveyed *mailbox = find(survey->mailboxes, survey->mailbox_count, delta->mailbox);
	/* When others have committed something in between, that is still to be told. */
	if (mailbox != NULL && (uint64_t)mailbox->modseq + 1 == delta->modseq) {
		mailbox->modseq++;
		mailbox->uid_next =
			delta->uid_next > mailbox->uid_next ? delta->uid_next : mailbox->uid_next;
		mailbox->messages += (int64_t)delta->added.count;
		mailbox->messages -= (int64_t)roost_uidset_size(&delta->removed);
	}
}
