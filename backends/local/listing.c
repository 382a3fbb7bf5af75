/* listing.c - the names of a user's mailboxes for LIST, and those subscribed to. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "mailbox.h"
#include "name.h"

/* Of one user, so that no client can fill the disk with them. */
#define MAX_SUBSCRIPTIONS 20000

struct subscribing {
	struct job job;
	const char *name;
	bool subscribed;
};

static int count_subscriptions(struct driver *db, int64_t *count_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, "SELECT COUNT(*) FROM subscription", &s);
	if (r < 0) {
		return r;
	}
	r = local_driver_step(s);
	*count_out = r == 1 ? local_driver_number(s, 0) : 0;
	local_driver_done(s);
	return r < 0 ? r : 0;
}

static int run_with_name(struct driver *db, const char *sql, const char *name)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, sql, &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_text(s, name, strlen(name));
	return local_driver_run(s);
}

static int run_subscribe(struct job *job)
{
	struct subscribing *subscribing = roost_container_of(job, struct subscribing, job);
	struct driver *db = job->account->writer;
	int64_t count = 0;
	int r = run_with_name(db, "DELETE FROM subscription WHERE name = ?", subscribing->name);
	if (r < 0 || !subscribing->subscribed) {
		return r;
	}
	r = count_subscriptions(db, &count);
	if (r == 0 && count >= MAX_SUBSCRIPTIONS) {
		return roost_call_failf(job->call, ROOST_ERR_LIMIT,
			"A user has at most %d subscriptions", MAX_SUBSCRIPTIONS);
	}
	return r < 0 ? r
		     : run_with_name(
			       db, "INSERT INTO subscription (name) VALUES (?)", subscribing->name);
}

int local_listing_subscribe(
	struct account *account, struct roost_call *call, const char *name, bool subscribed)
{
	struct subscribing subscribing = {
		.job = { .run = run_subscribe, .account = account, .call = call },
		.name = name,
		.subscribed = subscribed,
	};
	int r = subscribed ? local_name_check(call, name, account->store->options.delimiter) : 0;
	if (r == 0) {
		r = local_job_do(&subscribing.job);
		local_job_clear(&subscribing.job);
	}
	return r;
}

/* A name with its facts. */
struct listed {
	const char *name;
	uint32_t uid_validity;
	unsigned attributes;
	char delimiter;
};

/* Names in the order of the tree, in the memory of the call. */
struct listing {
	struct roost_call *call;
	char delimiter;
	struct listed *mailboxes;
	size_t count;
	struct listed *subscriptions;
	size_t subscription_count;
};

static int compare(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;
	return local_name_compare(left->name, right->name, left->delimiter);
}

/* Read all rows of name, special use and UID validity, and put them in order. */
static int read_names(struct listing *listing, struct driver *reader, const char *sql,
	struct listed **list_out, size_t *count_out)
{
	struct driver_statement *s;
	struct listed *list = NULL;
	size_t count = 0, capacity = 0;
	int r = local_driver_prepare(reader, sql, &s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		struct roost_text name = local_driver_bytes(s, 0);
		if (count == capacity) {
			capacity = capacity * 2 + 16;
			struct listed *more =
				roost_call_alloc(listing->call, capacity * sizeof(*more));
			if (more == NULL) {
				r = ROOST_ERR_NO_MEMORY;
				break;
			}
			if (count > 0) {
				memcpy(more, list, count * sizeof(*more));
			}
			list = more;
		}
		list[count] = (struct listed) {
			.name = roost_call_strndup(listing->call, name.bytes, name.size),
			.uid_validity = (uint32_t)local_driver_number(s, 2),
			.attributes =
				(unsigned)local_driver_number(s, 1) & ROOST_MAILBOX_SPECIAL_USES,
			.delimiter = listing->delimiter,
		};
		if (list[count].name == NULL) {
			r = ROOST_ERR_NO_MEMORY;
			break;
		}
		count++;
	}
	local_driver_done(s);
	if (r < 0) {
		return r;
	}
	if (count > 0) {
		qsort(list, count, sizeof(*list), compare);
	}
	*list_out = list;
	*count_out = count;
	return 0;
}

/* The index of the first of that name or behind it. */
static size_t find(const struct listed *list, size_t count, const char *name, char delimiter)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (local_name_compare(list[middle].name, name, delimiter) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static int deliver_one(const struct listing *listing, const struct listed *listed,
	unsigned attributes, roost_mailbox_fn deliver, void *context)
{
	size_t at = find(listing->subscriptions, listing->subscription_count, listed->name,
		listing->delimiter);
	bool subscribed = at < listing->subscription_count &&
			  strcmp(listing->subscriptions[at].name, listed->name) == 0;
	struct roost_mailbox_info info = {
		.size = sizeof(info),
		.name = listed->name,
		.attributes = listed->attributes | attributes |
			      (subscribed ? (unsigned)ROOST_MAILBOX_SUBSCRIBED : 0u),
	};
	if (listed->uid_validity != 0) {
		info.mailbox_id = local_mailbox_object_id(listing->call, listed->uid_validity);
	}
	return deliver(context, &info);
}

/* The names above a mailbox that have none and were not delivered with the one before. */
static int deliver_superiors(const struct listing *listing, const char *last, const char *name,
	roost_mailbox_fn deliver, void *context)
{
	char delimiter = listing->delimiter;
	size_t same = 0;
	while (last[same] != '\0' && last[same] == name[same]) {
		same++;
	}
	size_t n = last[same] == '\0' && name[same] == delimiter ? same + 1 : same;
	int r = 0;
	for (; r == 0 && name[n] != '\0'; n++) {
		if (name[n] == delimiter) {
			const struct listed superior = {
				.name = roost_call_strndup(listing->call, name, n),
			};
			r = superior.name == NULL
				    ? ROOST_ERR_NO_MEMORY
				    : deliver_one(listing, &superior, ROOST_MAILBOX_NOSELECT,
					      deliver, context);
		}
	}
	return r;
}

static int deliver_all(const struct listing *listing, roost_mailbox_fn deliver, void *context)
{
	const char *last = "";
	int r = 0;
	for (size_t i = 0; r == 0 && i < listing->count; i++) {
		const struct listed *listed = &listing->mailboxes[i];
		r = deliver_superiors(listing, last, listed->name, deliver, context);
		if (r == 0) {
			r = deliver_one(listing, listed, 0, deliver, context);
		}
		last = listed->name;
	}
	return r;
}

static int deliver_subscribed(
	const struct listing *listing, roost_mailbox_fn deliver, void *context)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < listing->subscription_count; i++) {
		const char *name = listing->subscriptions[i].name;
		size_t at = find(listing->mailboxes, listing->count, name, listing->delimiter);
		const struct listed *next = at < listing->count ? &listing->mailboxes[at] : NULL;
		const struct listed alone = { .name = name };
		if (next != NULL && strcmp(next->name, name) == 0) {
			r = deliver_one(listing, next, 0, deliver, context);
		} else if (next != NULL &&
			   local_name_is_below(next->name, name, listing->delimiter)) {
			r = deliver_one(listing, &alone, ROOST_MAILBOX_NOSELECT, deliver, context);
		} else {
			r = deliver_one(
				listing, &alone, ROOST_MAILBOX_NONEXISTENT, deliver, context);
		}
	}
	return r;
}

int local_listing_deliver(struct account *account, struct roost_call *call, struct driver *reader,
	bool subscribed_only, roost_mailbox_fn deliver, void *context)
{
	struct listing listing = {
		.call = call,
		.delimiter = account->store->options.delimiter,
	};
	int r = local_driver_begin_read(reader);
	if (r == 0) {
		r = read_names(&listing, reader,
			"SELECT name, special_use, uid_validity FROM mailbox", &listing.mailboxes,
			&listing.count);
	}
	if (r == 0) {
		r = read_names(&listing, reader, "SELECT name, 0, 0 FROM subscription",
			&listing.subscriptions, &listing.subscription_count);
	}
	if (r < 0) {
		r = local_trouble(account, call, r, local_driver_text(reader));
	}
	local_driver_rollback(reader);
	if (r < 0) {
		return r;
	}
	r = subscribed_only ? deliver_subscribed(&listing, deliver, context)
			    : deliver_all(&listing, deliver, context);
	return r == ROOST_STOP ? 0 : r;
}
