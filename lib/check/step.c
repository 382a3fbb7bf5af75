/* step.c - the ops of a user, and opening and looking at a mailbox, as cases use them. */
#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"

const char *step_path(struct check *c, const char *name)
{
	char *path = fixture_strdup(c, name);
	if (path == NULL) {
		return "";
	}
	for (char *at = path; c->user->delimiter != 0 && (at = strchr(at, '/')) != NULL; at++) {
		*at = c->user->delimiter;
	}
	return path;
}

int step_try_create(struct check *c, const char *name)
{
	static const struct roost_create_options options = { .size = sizeof(options) };
	return c->user->ops->create_mailbox(c->user, c->call, step_path(c, name), &options);
}

int step_try_delete(struct check *c, const char *name)
{
	return c->user->ops->delete_mailbox(c->user, c->call, step_path(c, name));
}

int step_try_rename(struct check *c, const char *from, const char *to)
{
	return c->user->ops->rename_mailbox(c->user, c->call, step_path(c, from), step_path(c, to));
}

static bool succeeded(struct check *c, int line, int result, const char *op, const char *name)
{
	if (result != 0) {
		char what[200];
		(void)snprintf(what, sizeof(what), "%s \"%.150s\"", op, name);
		return expect_ok(c, line, result, what);
	}
	return true;
}

bool step_create(struct check *c, int line, const char *name)
{
	return succeeded(c, line, step_try_create(c, name), "create", name);
}

bool step_delete(struct check *c, int line, const char *name)
{
	return succeeded(c, line, step_try_delete(c, name), "delete", name);
}

bool step_rename(struct check *c, int line, const char *from, const char *to)
{
	return succeeded(c, line, step_try_rename(c, from, to), "rename", from);
}

bool step_subscribe(struct check *c, int line, const char *name, bool subscribed)
{
	int r = c->user->ops->set_subscribed(c->user, c->call, step_path(c, name), subscribed);
	return succeeded(c, line, r, subscribed ? "subscribe" : "unsubscribe", name);
}

bool step_status(struct check *c, int line, const char *name, struct roost_mailbox_status *out)
{
	*out = (struct roost_mailbox_status) { .size = sizeof(*out) };
	unsigned items = ROOST_STATUS_MESSAGES | ROOST_STATUS_RECENT | ROOST_STATUS_UID_NEXT |
			 ROOST_STATUS_UID_VALIDITY | ROOST_STATUS_UNSEEN | ROOST_STATUS_DELETED |
			 ROOST_STATUS_SIZE | ROOST_STATUS_HIGHEST_MODSEQ | ROOST_STATUS_MAILBOX_ID |
			 ROOST_STATUS_DELETED_STORAGE;
	int r = c->user->ops->mailbox_status(c->user, c->call, step_path(c, name), items, out);
	return succeeded(c, line, r, "status", name);
}

struct mailbox_collector {
	struct check *c;
	struct step_mailboxes *list;
};

static int collect_mailbox(void *context, const struct roost_mailbox_info *info)
{
	struct mailbox_collector *collector = context;
	struct step_mailboxes *list = collector->list;
	if (list->count == list->capacity) {
		size_t capacity = list->capacity * 2 + 16;
		struct roost_mailbox_info *items =
			fixture_alloc(collector->c, capacity * sizeof(*items));
		if (items == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		if (list->count > 0) {
			memcpy(items, list->items, list->count * sizeof(*items));
		}
		list->items = items;
		list->capacity = capacity;
	}
	char *name = fixture_strdup(collector->c, info->name);
	if (name == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	list->items[list->count] = *info;
	list->items[list->count].name = name;
	list->items[list->count].mailbox_id = (struct roost_text) { NULL, 0 };
	list->count++;
	return 0;
}

struct step_mailboxes *step_list_mailboxes(struct check *c, int line, bool subscribed_only)
{
	struct step_mailboxes *list = fixture_alloc(c, sizeof(*list));
	if (list == NULL) {
		return NULL;
	}
	struct roost_list_options options = {
		.size = sizeof(options),
		.subscribed_only = subscribed_only,
	};
	struct mailbox_collector collector = { c, list };
	int r = c->user->ops->list_mailboxes(
		c->user, c->call, &options, collect_mailbox, &collector);
	return expect_ok(c, line, r, "list_mailboxes") ? list : NULL;
}

const struct roost_mailbox_info *step_find_mailbox(
	struct check *c, const struct step_mailboxes *list, const char *name)
{
	const char *path = step_path(c, name);
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i].name, path) == 0) {
			return &list->items[i];
		}
	}
	return NULL;
}

bool step_expect_listed(struct check *c, int line, const char *name, char want)
{
	const struct step_mailboxes *list = step_list_mailboxes(c, line, false);
	if (list == NULL) {
		return false;
	}
	const struct roost_mailbox_info *info = step_find_mailbox(c, list, name);
	if ((info == NULL) != (want == '-')) {
		fixture_fail(c, line, "\"%s\" is %s", name,
			info == NULL ? "not listed" : "listed, and should be gone");
		return false;
	}
	bool noselect = info != NULL && (info->attributes & ROOST_MAILBOX_NOSELECT) != 0;
	if (want == (noselect ? 's' : 'n')) {
		fixture_fail(c, line, "\"%s\" is %s\\Noselect", name, noselect ? "" : "not ");
		return false;
	}
	return true;
}

int step_try_open(
	struct check *c, const char *name, enum step_mode mode, struct roost_mailbox **mailbox_out)
{
	struct roost_open_options options = {
		.size = sizeof(options),
		.read_only = mode == STEP_EXAMINE,
		.select = mode != STEP_APPEND,
	};
	*mailbox_out = NULL;
	int r = c->user->ops->get_mailbox(
		c->user, c->call, step_path(c, name), &options, mailbox_out);
	if (r != 0 && *mailbox_out != NULL) {
		fixture_fail(c, 0, "get_mailbox failed with %s and touched its out-parameter",
			roost_error_name(r));
		*mailbox_out = NULL;
	}
	return r;
}

static void release_mailbox(void *thing)
{
	struct roost_mailbox *mailbox = thing;
	mailbox->ops->close(mailbox);
}

struct roost_mailbox *step_open(struct check *c, int line, const char *name, enum step_mode mode)
{
	struct roost_mailbox *mailbox;
	int r = step_try_open(c, name, mode, &mailbox);
	if (!succeeded(c, line, r, "get_mailbox", name)) {
		return NULL;
	}
	if (mailbox == NULL) {
		fixture_fail(c, line, "get_mailbox returned 0 and gave no mailbox");
		return NULL;
	}
	return fixture_own(c, mailbox, release_mailbox, true) ? mailbox : NULL;
}

struct roost_mailbox *step_create_open(struct check *c, int line, const char *name)
{
	return step_create(c, line, name) ? step_open(c, line, name, STEP_SELECT) : NULL;
}

void step_close(struct check *c, struct roost_mailbox *mailbox)
{
	fixture_release(c, mailbox);
}

int step_try_snapshot(struct check *c, struct roost_mailbox *mailbox, struct roost_snapshot *out)
{
	*out = (struct roost_snapshot) { .size = sizeof(*out) };
	int r = mailbox->ops->snapshot(mailbox, c->call, out);
	if (r != 0 && (out->uids.count != 0 || out->recent.count != 0 || out->uid_validity != 0)) {
		fixture_fail(c, 0, "snapshot failed with %s and touched its out-parameter",
			roost_error_name(r));
	}
	return r;
}

static bool set_is_sound(const struct roost_uidset *set)
{
	uint64_t lowest = 1;
	for (size_t i = 0; i < set->count; i++) {
		const struct roost_uid_range *range = &set->ranges[i];
		if (range->first < lowest || range->last < range->first) {
			return false;
		}
		lowest = (uint64_t)range->last + 2;
	}
	return true;
}

static bool set_holds(const struct roost_uidset *set, const struct roost_uidset *part)
{
	struct roost_uidset_iter iter = { 0 };
	uint32_t uid;
	while (roost_uidset_next(part, &iter, &uid)) {
		if (!roost_uidset_contains(set, uid)) {
			return false;
		}
	}
	return true;
}

static bool snapshot_is_sound(struct check *c, int line, const struct roost_snapshot *snapshot)
{
	bool unseen = snapshot->first_unseen != 0;
	return expect_true(c, line,
		       set_is_sound(&snapshot->uids) && set_is_sound(&snapshot->recent),
		       "the ranges of a snapshot's sets ascend, disjoint and not adjacent") &&
	       expect_true(c, line, snapshot->uid_validity != 0, "the UID validity is not 0") &&
	       expect_true(c, line, snapshot->uid_next > roost_uidset_last(&snapshot->uids),
		       "uid_next is higher than every UID") &&
	       expect_true(c, line, set_holds(&snapshot->uids, &snapshot->recent),
		       "recent messages are messages of the snapshot") &&
	       expect_true(c, line, snapshot->unseen_count <= roost_uidset_size(&snapshot->uids),
		       "no more messages are unseen than there are") &&
	       expect_true(c, line,
		       unseen == (snapshot->unseen_count > 0) &&
			       (!unseen || roost_uidset_contains(
						   &snapshot->uids, snapshot->first_unseen)),
		       "first_unseen is a message when any is unseen, else 0");
}

static void release_snapshot(void *thing)
{
	roost_snapshot_clear(thing);
	free(thing);
}

struct roost_snapshot *step_snapshot(struct check *c, int line, struct roost_mailbox *mailbox)
{
	struct roost_snapshot *snapshot = calloc(1, sizeof(*snapshot));
	if (snapshot == NULL) {
		fixture_fail(c, line, "the kit is out of memory");
		return NULL;
	}
	if (!fixture_own(c, snapshot, release_snapshot, false)) {
		return NULL;
	}
	int r = step_try_snapshot(c, mailbox, snapshot);
	bool sound = expect_ok(c, line, r, "snapshot") && snapshot_is_sound(c, line, snapshot);
	return sound ? snapshot : NULL;
}

struct roost_snapshot *step_look(struct check *c, int line, const char *name)
{
	struct roost_mailbox *mailbox = step_open(c, line, name, STEP_EXAMINE);
	if (mailbox == NULL) {
		return NULL;
	}
	struct roost_snapshot *snapshot = step_snapshot(c, line, mailbox);
	step_close(c, mailbox);
	return snapshot;
}
