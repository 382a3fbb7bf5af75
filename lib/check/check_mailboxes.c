/* check_mailboxes.c - cases about creating, deleting, subscribing and listing mailboxes. */
#include "families.h"

#include <string.h>
#include <strings.h>

#include "expect.h"
#include "step.h"
#include "threads.h"

static bool expect_no_mailbox(struct check *c, int line, const char *name, enum step_mode mode)
{
	struct roost_mailbox *mailbox = NULL;
	int r = step_try_open(c, name, mode, &mailbox);
	if (r == 0) {
		mailbox->ops->close(mailbox);
	}
	return expect_error(c, line, r, ROOST_ERR_NO_SUCH_MAILBOX, "opening what is no mailbox");
}

static void inbox_always_there(struct check *c)
{
	const struct step_mailboxes *list = step_list_mailboxes(c, __LINE__, false);
	if (list == NULL) {
		return;
	}
	unsigned count = 0;
	for (size_t i = 0; i < list->count; i++) {
		count += strcasecmp(list->items[i].name, "INBOX") == 0;
	}
	if (!expect_equal(c, __LINE__, count, 1, "times that INBOX is listed")) {
		return;
	}
	const struct roost_snapshot *snapshot = step_look(c, __LINE__, "INBOX");
	if (snapshot != NULL && step_expect_listed(c, __LINE__, "INBOX", 's')) {
		(void)expect_equal(c, __LINE__, roost_uidset_size(&snapshot->uids), 0,
			"messages in the new INBOX");
	}
}

static void inbox_not_deleted(struct check *c)
{
	if (expect_error(
		    c, __LINE__, step_try_delete(c, "INBOX"), ROOST_ERR_CANNOT, "deleting INBOX")) {
		(void)step_expect_listed(c, __LINE__, "INBOX", 's');
	}
}

static void inbox_not_created(struct check *c)
{
	(void)expect_error(c, __LINE__, step_try_create(c, "INBOX"), ROOST_ERR_MAILBOX_EXISTS,
		"creating INBOX");
}

static void no_such_mailbox(struct check *c)
{
	(void)(expect_no_mailbox(c, __LINE__, "Nowhere", STEP_SELECT) &&
		expect_no_mailbox(c, __LINE__, "Nowhere", STEP_EXAMINE) &&
		expect_no_mailbox(c, __LINE__, "Nowhere", STEP_APPEND) &&
		expect_no_mailbox(c, __LINE__, "INBOX2", STEP_SELECT) &&
		expect_no_mailbox(c, __LINE__, "", STEP_SELECT) &&
		step_expect_listed(c, __LINE__, "Nowhere", '-'));
}

static void opened_name(struct check *c)
{
	if (!step_create(c, __LINE__, "Work")) {
		return;
	}
	const struct roost_mailbox *work = step_open(c, __LINE__, "Work", STEP_SELECT);
	const struct roost_mailbox *inbox = step_open(c, __LINE__, "INBOX", STEP_EXAMINE);
	if (work != NULL && inbox != NULL &&
		expect_text(c, __LINE__, work->name, "Work", "name of the handle")) {
		(void)expect_text(c, __LINE__, inbox->name, "INBOX", "name of the handle");
	}
}

static void create_empty(struct check *c)
{
	struct roost_mailbox *mailbox = step_create_open(c, __LINE__, "New");
	const struct roost_snapshot *snapshot =
		mailbox == NULL ? NULL : step_snapshot(c, __LINE__, mailbox);
	(void)(snapshot != NULL && step_expect_listed(c, __LINE__, "New", 's') &&
		expect_equal(c, __LINE__, roost_uidset_size(&snapshot->uids), 0, "messages") &&
		expect_equal(c, __LINE__, roost_uidset_size(&snapshot->recent), 0, "recent") &&
		expect_equal(c, __LINE__, snapshot->unseen_count, 0, "unseen") &&
		expect_true(c, __LINE__, snapshot->uid_next != 0, "uid_next is not 0") &&
		step_expect_count(c, __LINE__, mailbox, 0));
}

static void create_existing(struct check *c)
{
	struct roost_mailbox *mailbox = step_create_open(c, __LINE__, "Work");
	if (mailbox == NULL || step_fill(c, __LINE__, mailbox, 2) == NULL) {
		return;
	}
	if (expect_error(c, __LINE__, step_try_create(c, "Work"), ROOST_ERR_MAILBOX_EXISTS,
		    "creating what exists")) {
		(void)step_expect_count(c, __LINE__, mailbox, 2);
	}
}

static void create_superiors(struct check *c)
{
	(void)(step_create(c, __LINE__, "a/b/c") && step_expect_listed(c, __LINE__, "a", '?') &&
		step_expect_listed(c, __LINE__, "a/b", '?') &&
		step_expect_listed(c, __LINE__, "a/b/c", 's') &&
		step_look(c, __LINE__, "a/b/c") != NULL &&
		step_expect_listed(c, __LINE__, "b", '-') &&
		step_expect_listed(c, __LINE__, "c", '-'));
}

static void create_below_existing(struct check *c)
{
	struct roost_mailbox *mailbox = step_create_open(c, __LINE__, "a");
	if (mailbox == NULL || step_fill(c, __LINE__, mailbox, 3) == NULL) {
		return;
	}
	const struct roost_snapshot *before = step_look(c, __LINE__, "a");
	if (before == NULL || !step_create(c, __LINE__, "a/b") ||
		!step_create(c, __LINE__, "a/c/d") || !step_expect_listed(c, __LINE__, "a", 's')) {
		return;
	}
	const struct roost_snapshot *after = step_look(c, __LINE__, "a");
	if (after != NULL && expect_equal(c, __LINE__, after->uid_validity, before->uid_validity,
				     "UID validity of the superior")) {
		(void)expect_set(
			c, __LINE__, &after->uids, &before->uids, "messages of the superior");
	}
}

static void create_deleted_superior(struct check *c)
{
	struct roost_mailbox *mailbox = step_create_open(c, __LINE__, "a");
	const struct roost_snapshot *before =
		mailbox == NULL ? NULL : step_snapshot(c, __LINE__, mailbox);
	if (before == NULL || step_fill(c, __LINE__, mailbox, 2) == NULL) {
		return;
	}
	step_close(c, mailbox);
	if (!step_create(c, __LINE__, "a/b") || !step_delete(c, __LINE__, "a") ||
		!step_create(c, __LINE__, "a") || !step_expect_listed(c, __LINE__, "a", 's') ||
		!step_expect_listed(c, __LINE__, "a/b", 's')) {
		return;
	}
	const struct roost_snapshot *after = step_look(c, __LINE__, "a");
	(void)(after != NULL &&
		expect_equal(c, __LINE__, roost_uidset_size(&after->uids), 0, "messages") &&
		expect_true(c, __LINE__, after->uid_validity > before->uid_validity,
			"the UID validity of the recreated mailbox is higher"));
}

static void create_special_use(struct check *c)
{
	struct roost_create_options options = {
		.size = sizeof(options),
		.special_use = ROOST_MAILBOX_DRAFTS,
	};
	int r = c->user->ops->create_mailbox(c->user, c->call, "My drafts", &options);
	if (!expect_ok(c, __LINE__, r, "creating a mailbox for a special use") ||
		!step_create(c, __LINE__, "Plain")) {
		return;
	}
	const struct step_mailboxes *list = step_list_mailboxes(c, __LINE__, false);
	const struct roost_mailbox_info *drafts =
		list == NULL ? NULL : step_find_mailbox(c, list, "My drafts");
	const struct roost_mailbox_info *plain =
		list == NULL ? NULL : step_find_mailbox(c, list, "Plain");
	(void)(expect_true(c, __LINE__, drafts != NULL && plain != NULL, "both are listed") &&
		expect_equal(c, __LINE__, drafts->attributes & ROOST_MAILBOX_SPECIAL_USES,
			ROOST_MAILBOX_DRAFTS, "special uses of the mailbox made for \\Drafts") &&
		expect_equal(c, __LINE__, plain->attributes & ROOST_MAILBOX_SPECIAL_USES, 0,
			"special uses of a plain mailbox"));
}

static void delete_gone(struct check *c)
{
	struct roost_mailbox *mailbox = step_create_open(c, __LINE__, "Work");
	if (mailbox == NULL || step_fill(c, __LINE__, mailbox, 2) == NULL) {
		return;
	}
	step_close(c, mailbox);
	if (step_create(c, __LINE__, "Workshop") && step_delete(c, __LINE__, "Work") &&
		step_expect_listed(c, __LINE__, "Work", '-') &&
		step_expect_listed(c, __LINE__, "Workshop", 's') &&
		expect_no_mailbox(c, __LINE__, "Work", STEP_SELECT)) {
		(void)expect_error(c, __LINE__, step_try_delete(c, "Work"),
			ROOST_ERR_NO_SUCH_MAILBOX, "deleting it again");
	}
}

static void delete_unknown(struct check *c)
{
	(void)expect_error(c, __LINE__, step_try_delete(c, "Nowhere"), ROOST_ERR_NO_SUCH_MAILBOX,
		"deleting what does not exist");
}

static void delete_keeps_children(struct check *c)
{
	struct roost_mailbox *child = step_create_open(c, __LINE__, "a/b");
	if (child == NULL || step_fill(c, __LINE__, child, 3) == NULL) {
		return;
	}
	int r = step_try_create(c, "a");
	if (r != ROOST_ERR_MAILBOX_EXISTS && !expect_ok(c, __LINE__, r, "create \"a\"")) {
		return;
	}
	(void)(step_delete(c, __LINE__, "a") && step_expect_listed(c, __LINE__, "a", 'n') &&
		expect_no_mailbox(c, __LINE__, "a", STEP_SELECT) &&
		expect_no_mailbox(c, __LINE__, "a", STEP_APPEND) &&
		step_expect_listed(c, __LINE__, "a/b", 's') &&
		step_expect_count(c, __LINE__, child, 3));
}

static void delete_noselect(struct check *c)
{
	if (!step_create(c, __LINE__, "a") || !step_create(c, __LINE__, "a/b") ||
		!step_delete(c, __LINE__, "a")) {
		return;
	}
	if (expect_error(c, __LINE__, step_try_delete(c, "a"), ROOST_ERR_HAS_CHILDREN,
		    "deleting a \\Noselect name with children") &&
		step_expect_listed(c, __LINE__, "a", 'n')) {
		(void)step_expect_listed(c, __LINE__, "a/b", 's');
	}
}

static void delete_last_child(struct check *c)
{
	if (!step_create(c, __LINE__, "a") || !step_create(c, __LINE__, "a/b") ||
		!step_delete(c, __LINE__, "a") || !step_delete(c, __LINE__, "a/b")) {
		return;
	}
	int r = step_try_delete(c, "a");
	if (expect_true(c, __LINE__, r == 0 || r == ROOST_ERR_NO_SUCH_MAILBOX,
		    "a \\Noselect name goes with its last child or can be deleted then")) {
		(void)step_expect_listed(c, __LINE__, "a", '-');
	}
}

static void recreate(struct check *c)
{
	uint32_t validity = 0;
	for (unsigned i = 0; i < 3; i++) {
		struct roost_mailbox *mailbox = step_create_open(c, __LINE__, "Work");
		const struct roost_snapshot *snapshot =
			mailbox == NULL ? NULL : step_snapshot(c, __LINE__, mailbox);
		if (snapshot == NULL ||
			!expect_equal(c, __LINE__, roost_uidset_size(&snapshot->uids), 0,
				"messages in the recreated mailbox") ||
			!expect_true(c, __LINE__, snapshot->uid_validity > validity,
				"the UID validity grows each time") ||
			step_fill(c, __LINE__, mailbox, 2) == NULL) {
			return;
		}
		validity = snapshot->uid_validity;
		step_close(c, mailbox);
		if (!step_delete(c, __LINE__, "Work")) {
			return;
		}
	}
}

static void validity_stays(struct check *c)
{
	const struct roost_snapshot *before =
		step_create(c, __LINE__, "Work") ? step_look(c, __LINE__, "Work") : NULL;
	if (before == NULL || !step_create(c, __LINE__, "Other") ||
		!step_delete(c, __LINE__, "Other")) {
		return;
	}
	struct roost_mailbox *mailbox = step_open(c, __LINE__, "Work", STEP_SELECT);
	const uint32_t *uids = mailbox == NULL ? NULL : step_fill(c, __LINE__, mailbox, 2);
	if (uids == NULL || !step_remove(c, __LINE__, mailbox, step_set(c, uids, 2))) {
		return;
	}
	const struct roost_snapshot *after = step_look(c, __LINE__, "Work");
	if (after != NULL) {
		(void)expect_equal(c, __LINE__, after->uid_validity, before->uid_validity,
			"UID validity of a mailbox that lives on");
	}
}

/* Check that the subscribed names are exactly these, which end with NULL. */
static bool expect_subscribed(struct check *c, int line, const char *const *names)
{
	const struct step_mailboxes *list = step_list_mailboxes(c, line, true);
	if (list == NULL) {
		return false;
	}
	size_t count = 0;
	for (; names[count] != NULL; count++) {
		if (step_find_mailbox(c, list, names[count]) == NULL) {
			fixture_fail(
				c, line, "\"%s\" is not among the subscribed names", names[count]);
			return false;
		}
	}
	return expect_equal(c, line, list->count, count, "subscribed names");
}

static void subscribed_only(struct check *c)
{
	static const char *const none[] = { NULL };
	static const char *const one[] = { "Work", NULL };
	static const char *const two[] = { "Work", "INBOX", NULL };
	const struct step_mailboxes *fresh = step_list_mailboxes(c, __LINE__, true);
	for (size_t i = 0; fresh != NULL && i < fresh->count; i++) {
		int r = c->user->ops->set_subscribed(c->user, c->call, fresh->items[i].name, false);
		if (!expect_ok(c, __LINE__, r, "unsubscribe")) {
			return;
		}
	}
	(void)(step_create(c, __LINE__, "Work") && step_create(c, __LINE__, "Other") &&
		step_subscribe(c, __LINE__, "Work", false) &&
		step_subscribe(c, __LINE__, "Other", false) &&
		expect_subscribed(c, __LINE__, none) && step_subscribe(c, __LINE__, "Work", true) &&
		expect_subscribed(c, __LINE__, one) && step_subscribe(c, __LINE__, "INBOX", true) &&
		step_subscribe(c, __LINE__, "Work", true) && expect_subscribed(c, __LINE__, two) &&
		step_subscribe(c, __LINE__, "INBOX", false) &&
		expect_subscribed(c, __LINE__, one) &&
		step_expect_listed(c, __LINE__, "INBOX", 's'));
}

static void subscribe_unknown(struct check *c)
{
	if (!step_subscribe(c, __LINE__, "No/Such", true)) {
		return;
	}
	const struct step_mailboxes *list = step_list_mailboxes(c, __LINE__, true);
	const struct roost_mailbox_info *info =
		list == NULL ? NULL : step_find_mailbox(c, list, "No/Such");
	(void)(expect_true(c, __LINE__, info != NULL, "the name is among the subscribed ones") &&
		expect_true(c, __LINE__, (info->attributes & ROOST_MAILBOX_NONEXISTENT) != 0,
			"and is \\NonExistent") &&
		step_expect_listed(c, __LINE__, "No/Such", '-') &&
		step_expect_listed(c, __LINE__, "No", '-') &&
		expect_no_mailbox(c, __LINE__, "No/Such", STEP_SELECT) &&
		step_subscribe(c, __LINE__, "Never/Was", false));
}

static void subscription_stays(struct check *c)
{
	if (!step_create(c, __LINE__, "Work") || !step_subscribe(c, __LINE__, "Work", true) ||
		!step_delete(c, __LINE__, "Work")) {
		return;
	}
	const struct step_mailboxes *list = step_list_mailboxes(c, __LINE__, true);
	if (list != NULL) {
		(void)expect_true(c, __LINE__, step_find_mailbox(c, list, "Work") != NULL,
			"a deleted mailbox stays subscribed");
	}
}

struct stopper {
	unsigned calls;
	int answer;
};

static int stop_at_once(void *context, const struct roost_mailbox_info *info)
{
	struct stopper *stopper = context;
	(void)info;
	stopper->calls++;
	return stopper->answer;
}

static void list_stop(struct check *c)
{
	static const struct roost_list_options options = { .size = sizeof(options) };
	if (!step_create(c, __LINE__, "One") || !step_create(c, __LINE__, "Two")) {
		return;
	}
	struct stopper stopper = { 0, ROOST_STOP };
	int r = c->user->ops->list_mailboxes(c->user, c->call, &options, stop_at_once, &stopper);
	if (!expect_ok(c, __LINE__, r, "list_mailboxes told to stop") ||
		!expect_equal(c, __LINE__, stopper.calls, 1, "mailboxes delivered")) {
		return;
	}
	stopper = (struct stopper) { 0, ROOST_ERR_LIMIT };
	r = c->user->ops->list_mailboxes(c->user, c->call, &options, stop_at_once, &stopper);
	if (expect_error(c, __LINE__, r, ROOST_ERR_LIMIT, "list_mailboxes with deliver's error")) {
		(void)expect_equal(c, __LINE__, stopper.calls, 1, "mailboxes delivered");
	}
}

static void each_once(struct check *c)
{
	if (!step_create(c, __LINE__, "a/b/c") || !step_create(c, __LINE__, "a/b/d") ||
		!step_create(c, __LINE__, "e")) {
		return;
	}
	const struct step_mailboxes *list = step_list_mailboxes(c, __LINE__, false);
	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct roost_mailbox_info *info = &list->items[i];
		for (size_t k = 0; k < i; k++) {
			if (strcmp(info->name, list->items[k].name) == 0) {
				fixture_fail(c, __LINE__, "\"%s\" is listed twice", info->name);
				return;
			}
		}
	}
}

static void create_race(struct check *c, unsigned index, void *context)
{
	unsigned *created = context;
	(void)index;
	int r = step_try_create(c, "Race/Winner");
	if (r == 0) {
		__atomic_fetch_add(created, 1, __ATOMIC_SEQ_CST);
	} else {
		(void)expect_error(c, __LINE__, r, ROOST_ERR_MAILBOX_EXISTS,
			"creating what another creates at once");
	}
}

static void create_at_once(struct check *c)
{
	unsigned created = 0;
	if (threads_run(c, __LINE__, c->options->threads, create_race, &created) &&
		expect_equal(c, __LINE__, created, 1, "how many created the same name")) {
		(void)step_expect_listed(c, __LINE__, "Race/Winner", 's');
	}
}

#define NEED_TREE (NEED_CREATE_MAILBOX | NEED_HIERARCHY)

static const struct check_case cases[] = {
	{ "mailbox/INBOX always there", 0, inbox_always_there },
	{ "mailbox/INBOX cannot be deleted", NEED_DELETE_MAILBOX, inbox_not_deleted },
	{ "mailbox/INBOX cannot be created", NEED_CREATE_MAILBOX, inbox_not_created },
	{ "mailbox/no such mailbox", 0, no_such_mailbox },
	{ "mailbox/handle has the name it was opened by", NEED_CREATE_MAILBOX, opened_name },
	{ "create/new mailbox is empty", NEED_CREATE_MAILBOX, create_empty },
	{ "create/existing mailbox is refused and unharmed", NEED_CREATE_MAILBOX | NEED_APPEND,
		create_existing },
	{ "create/makes missing superiors", NEED_TREE, create_superiors },
	{ "create/below an existing mailbox", NEED_TREE | NEED_APPEND, create_below_existing },
	{ "create/deleted name with children comes back",
		NEED_TREE | NEED_DELETE_MAILBOX | NEED_APPEND, create_deleted_superior },
	{ "create/for a special use", NEED_CREATE_MAILBOX | NEED_SPECIAL_USE, create_special_use },
	{ "create/the same name by several at once", NEED_TREE, create_at_once },
	{ "delete/mailbox is gone", NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX | NEED_APPEND,
		delete_gone },
	{ "delete/no such mailbox", NEED_DELETE_MAILBOX, delete_unknown },
	{ "delete/keeps children", NEED_TREE | NEED_DELETE_MAILBOX | NEED_APPEND,
		delete_keeps_children },
	{ "delete/\\Noselect name with children", NEED_TREE | NEED_DELETE_MAILBOX,
		delete_noselect },
	{ "delete/last child of a \\Noselect name", NEED_TREE | NEED_DELETE_MAILBOX,
		delete_last_child },
	{ "uid/validity changes on recreate",
		NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX | NEED_APPEND, recreate },
	{ "uid/validity stays while the mailbox lives",
		NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX | NEED_EXPUNGED, validity_stays },
	{ "subscribe/name that does not exist", NEED_SUBSCRIBE | NEED_HIERARCHY,
		subscribe_unknown },
	{ "subscribe/stays when the mailbox is deleted",
		NEED_SUBSCRIBE | NEED_CREATE_MAILBOX | NEED_DELETE_MAILBOX, subscription_stays },
	{ "list_mailboxes/subscribed_only", NEED_SUBSCRIBE | NEED_CREATE_MAILBOX, subscribed_only },
	{ "list_mailboxes/STOP and errors of deliver", NEED_CREATE_MAILBOX, list_stop },
	{ "list_mailboxes/each once", NEED_TREE, each_once },
};

const struct check_family check_mailboxes = { "check_mailboxes.c", cases,
	sizeof(cases) / sizeof(cases[0]) };
