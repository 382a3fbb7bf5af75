/* test_local_shared.c - several processes on the data folder of the local backend: each sees what the
 * others do, none is in the way of another, and who dies takes nothing along.
 *
 * Two backends in one process know nothing of each other, and stand for two processes where that is
 * enough. */
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "local_other.h"
#include "local_side.h"

#define LARGE (LOCAL_SESSION_INLINE * 3)
/* Until then everything has been seen, on however slow a machine. */
#define PATIENCE_SECONDS 60

/* A folder, and two processes that share it. */
struct house {
	char folder[256];
	struct local_side a, b;
};

static void begin(struct house *house)
{
	local_folder_make(house->folder, sizeof(house->folder));
	local_session_log_count = 0;
	local_session_log[0] = '\0';
	local_side_enter(&house->a, house->folder);
	local_side_enter(&house->b, house->folder);
}

static void end(struct house *house)
{
	local_side_leave(&house->a);
	local_side_leave(&house->b);
	local_folder_remove(house->folder);
}

static const char *path_in(const struct house *house, const char *name)
{
	static char path[600];
	(void)snprintf(path, sizeof(path), "%s/users/anna/%s", house->folder, name);
	return path;
}

static struct roost_mailbox *open_mailbox(struct local_side *side, const char *name)
{
	return local_session_select(&side->anna, name, false);
}

static uint32_t append(
	struct local_side *side, struct roost_mailbox *mailbox, char fill, size_t size)
{
	uint32_t uid = 0;
	char *bytes = malloc(size + 1);
	assert_non_null(bytes);
	memset(bytes, fill, size);
	assert_int_equal(local_session_append(&side->anna, mailbox, bytes, size, &uid), 0);
	free(bytes);
	return uid;
}

static void store(struct local_side *side, struct roost_mailbox *mailbox, uint32_t uid,
	unsigned system, const char *keyword)
{
	assert_int_equal(
		local_session_store(&side->anna, mailbox, uid, ROOST_FLAGS_SET, system, keyword),
		0);
}

static void remove_message(struct local_side *side, struct roost_mailbox *mailbox, uint32_t uid)
{
	store(side, mailbox, uid, ROOST_FLAG_DELETED, NULL);
	assert_int_equal(local_session_expunge(&side->anna, mailbox, uid), 0);
}

/* A mailbox in one line: the UIDs with their flags, and the first byte of each message. */
struct line {
	char text[512];
	size_t size;
	bool contents;
};

static int add_to_line(void *context, const struct roost_message *message)
{
	struct line *line = context;
	char first = '-';
	if (line->contents) {
		assert_true((message->has & ROOST_MESSAGE_CONTENT) != 0);
		assert_int_equal(roost_content_read(message->content, 0, &first, 1), 1);
	}
	const struct roost_flags *flags = &message->flags;
	int n = snprintf(line->text + line->size, sizeof(line->text) - line->size,
		"%s%u:%c%s%s%s%s", line->size == 0 ? "" : " ", message->uid, first,
		(flags->system & ROOST_FLAG_SEEN) != 0 ? "S" : "",
		(flags->system & ROOST_FLAG_DELETED) != 0 ? "D" : "",
		flags->keyword_count > 0 ? "," : "",
		flags->keyword_count > 0 ? flags->keywords[0] : "");
	line->size += (size_t)n;
	assert_true(line->size < sizeof(line->text));
	return 0;
}

static int describe(
	struct local_side *side, struct roost_mailbox *mailbox, bool contents, struct line *line)
{
	*line = (struct line) { .contents = contents };
	int r = local_session_list(&side->anna, mailbox,
		ROOST_MESSAGE_FLAGS | (contents ? ROOST_MESSAGE_CONTENT : 0u), add_to_line, line);
	roost_call_reset(side->anna.call);
	return r;
}

static bool out_of_patience(time_t began)
{
	(void)sched_yield();
	return time(NULL) - began > PATIENCE_SECONDS;
}

static size_t count_messages(struct local_side *side, struct roost_mailbox *mailbox)
{
	struct roost_snapshot snapshot;
	assert_int_equal(local_session_snapshot(&side->anna, mailbox, &snapshot), 0);
	size_t count = (size_t)roost_uidset_size(&snapshot.uids);
	roost_snapshot_clear(&snapshot);
	roost_call_reset(side->anna.call);
	return count;
}

/* The side comes to see the mailbox so, in all ways of looking at it. */
static void await(
	struct local_side *side, struct roost_mailbox *mailbox, bool contents, const char *expected)
{
	struct line line;
	time_t began = time(NULL);
	size_t count = expected[0] != '\0';
	for (const char *at = expected; *at != '\0'; at++) {
		count += *at == ' ';
	}
	do {
		assert_int_equal(describe(side, mailbox, contents, &line), 0);
	} while ((strcmp(line.text, expected) != 0 || count_messages(side, mailbox) != count) &&
		 !out_of_patience(began));
	assert_string_equal(line.text, expected);
	assert_int_equal(count_messages(side, mailbox), count);
}

static void await_inbox(struct local_side *side, const char *expected)
{
	await(side, side->inbox, false, expected);
}

/* The side comes to hear that the mailbox ended. */
static void await_end(struct local_side *side, struct roost_mailbox *mailbox)
{
	struct roost_snapshot snapshot;
	time_t began = time(NULL);
	int r;
	do {
		r = local_session_snapshot(&side->anna, mailbox, &snapshot);
		if (r == 0) {
			roost_snapshot_clear(&snapshot);
		}
		roost_call_reset(side->anna.call);
	} while (r == 0 && !out_of_patience(began));
	assert_int_equal(r, ROOST_ERR_NO_SUCH_MAILBOX);
}

static void test_messages_and_flags(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	await_inbox(&house.a, "");
	await_inbox(&house.b, "");
	assert_int_equal(append(&house.b, house.b.inbox, 'x', 10), 1);
	await(&house.a, house.a.inbox, true, "1:x");
	assert_int_equal(append(&house.a, house.a.inbox, 'y', LARGE), 2);
	await(&house.b, house.b.inbox, true, "1:x 2:y");
	/* Both write, with no time to see each other. */
	for (uint32_t i = 0; i < 10; i++) {
		assert_int_equal(append(&house.a, house.a.inbox, 'a', LARGE), 3 + 2 * i);
		assert_int_equal(append(&house.b, house.b.inbox, 'b', LARGE), 4 + 2 * i);
	}
	for (uint32_t uid = 5; uid <= 22; uid++) {
		remove_message(uid % 3 == 0 ? &house.a : &house.b,
			uid % 3 == 0 ? house.a.inbox : house.b.inbox, uid);
	}
	await(&house.a, house.a.inbox, true, "1:x 2:y 3:a 4:b");
	await(&house.b, house.b.inbox, true, "1:x 2:y 3:a 4:b");

	store(&house.b, house.b.inbox, 1, ROOST_FLAG_SEEN, "Work");
	store(&house.a, house.a.inbox, 2, ROOST_FLAG_SEEN, "work");
	store(&house.b, house.b.inbox, 3, 0, "Play");
	await_inbox(&house.a, "1:-S,Work 2:-S,Work 3:-,Play 4:-");
	await_inbox(&house.b, "1:-S,Work 2:-S,Work 3:-,Play 4:-");
	struct roost_snapshot snapshot;
	assert_int_equal(local_session_snapshot(&house.a.anna, house.a.inbox, &snapshot), 0);
	assert_int_equal(snapshot.unseen_count, 2);
	assert_int_equal(snapshot.first_unseen, 3);
	assert_int_equal(snapshot.flags.keyword_count, 2);
	assert_string_equal(snapshot.flags.keywords[0], "Play");
	assert_string_equal(snapshot.flags.keywords[1], "Work");
	roost_snapshot_clear(&snapshot);
	store(&house.b, house.b.inbox, 1, 0, NULL);
	await_inbox(&house.a, "1:- 2:-S,Work 3:-,Play 4:-");
	assert_int_equal(local_session_snapshot(&house.a.anna, house.a.inbox, &snapshot), 0);
	assert_int_equal(snapshot.first_unseen, 1);
	roost_snapshot_clear(&snapshot);
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* Who changes flags to what they are takes no notice of that for what another did just before. */
static void test_change_of_nothing(void **state)
{
	enum { ROUNDS = 30 };
	struct house house;
	(void)state;
	begin(&house);
	(void)append(&house.a, house.a.inbox, 'x', 10);
	store(&house.a, house.a.inbox, 1, ROOST_FLAG_SEEN, NULL);
	await_inbox(&house.b, "1:-S");
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		assert_int_equal(append(&house.b, house.b.inbox, 'y', 10), i + 1);
		store(&house.a, house.a.inbox, 1, ROOST_FLAG_SEEN, NULL);
		time_t began = time(NULL);
		while (count_messages(&house.a, house.a.inbox) != i + 1 &&
			!out_of_patience(began)) {
		}
		assert_int_equal(count_messages(&house.a, house.a.inbox), i + 1);
	}
	end(&house);
}

static void test_copies_and_moves(void **state)
{
	struct house house;
	uint32_t uid = 0;
	(void)state;
	begin(&house);
	(void)append(&house.a, house.a.inbox, 'x', 10);
	(void)append(&house.a, house.a.inbox, 'y', LARGE);
	assert_int_equal(local_session_create(&house.a.anna, "Work"), 0);
	struct roost_mailbox *work_a = open_mailbox(&house.a, "Work");
	struct roost_mailbox *work_b = open_mailbox(&house.b, "Work");
	assert_non_null(work_b);
	await(&house.b, work_b, true, "");
	assert_int_equal(local_session_copy(&house.a.anna, house.a.inbox, 2, "Work"), 0);
	await(&house.b, work_b, true, "1:y");
	assert_int_equal(local_session_move(&house.a.anna, house.a.inbox, 1, "Work", &uid), 0);
	await(&house.b, work_b, true, "1:y 2:x");
	await(&house.b, house.b.inbox, true, "2:y");
	/* What came and went before it was seen. */
	assert_int_equal(local_session_move(&house.a.anna, work_a, 2, "Work", &uid), 0);
	assert_int_equal(uid, 3);
	assert_int_equal(local_session_move(&house.a.anna, work_a, 3, "INBOX", &uid), 0);
	await(&house.b, work_b, true, "1:y");
	await(&house.b, house.b.inbox, true, "2:y 3:x");
	work_a->ops->close(work_a);
	work_b->ops->close(work_b);
	end(&house);
}

struct name_list {
	char text[256];
	size_t size;
};

static int add_name(void *context, const struct roost_mailbox_info *info)
{
	struct name_list *list = context;
	list->size += (size_t)snprintf(
		list->text + list->size, sizeof(list->text) - list->size, "%s ", info->name);
	assert_true(list->size < sizeof(list->text));
	return 0;
}

static void expect_names(struct local_side *side, bool subscribed, const char *expected)
{
	const struct roost_list_options options = {
		.size = sizeof(options),
		.subscribed_only = subscribed,
	};
	struct name_list list = { .size = 0 };
	assert_int_equal(side->anna.user->ops->list_mailboxes(
				 side->anna.user, side->anna.call, &options, add_name, &list),
		0);
	assert_string_equal(list.text, expected);
}

static void test_mailboxes(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	assert_int_equal(local_session_create(&house.a.anna, "Work/Old"), 0);
	expect_names(&house.b, false, "INBOX Work Work/Old ");
	assert_int_equal(local_session_create(&house.b.anna, "Work"), ROOST_ERR_MAILBOX_EXISTS);
	assert_int_equal(house.a.anna.user->ops->set_subscribed(
				 house.a.anna.user, house.a.anna.call, "Work", true),
		0);
	expect_names(&house.b, true, "Work ");

	struct roost_mailbox *work = open_mailbox(&house.b, "Work");
	struct roost_mailbox *old = open_mailbox(&house.b, "Work/Old");
	(void)append(&house.b, old, 'o', 10);
	await(&house.b, work, false, "");
	assert_int_equal(local_session_rename(&house.a.anna, "Work", "Play"), 0);
	await_end(&house.b, work);
	await_end(&house.b, old);
	/* Nothing can be done through them, and the new names are there at once. */
	assert_int_equal(
		local_session_append(&house.b.anna, work, "x", 1, NULL), ROOST_ERR_NO_SUCH_MAILBOX);
	struct roost_mailbox *renamed = open_mailbox(&house.b, "Play/Old");
	assert_non_null(renamed);
	await(&house.b, renamed, true, "1:o");
	/* Another one of the old name is another one. */
	assert_int_equal(local_session_create(&house.a.anna, "Work"), 0);
	await_end(&house.b, work);

	assert_int_equal(local_session_delete(&house.a.anna, "Play/Old"), 0);
	await_end(&house.b, renamed);
	expect_names(&house.b, false, "INBOX Play Work ");
	/* An index that is not in use any more is not taken for the truth later. */
	work->ops->close(work);
	work = open_mailbox(&house.b, "Work");
	assert_non_null(work);
	await(&house.b, work, true, "");
	work->ops->close(work);
	old->ops->close(old);
	renamed->ops->close(renamed);
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* Between two looks, one renames and the other opens the new name. */
static void test_new_name_of_a_known_mailbox(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	assert_int_equal(local_session_create(&house.a.anna, "One"), 0);
	for (int i = 0; i < 20; i++) {
		const char *from = i % 2 == 0 ? "One" : "Two", *to = i % 2 == 0 ? "Two" : "One";
		struct line line;
		struct roost_mailbox *before = open_mailbox(&house.b, from);
		assert_non_null(before);
		assert_int_equal(describe(&house.b, before, false, &line), 0);
		assert_int_equal(local_session_rename(&house.a.anna, from, to), 0);
		struct roost_mailbox *after = open_mailbox(&house.b, to);
		assert_non_null(after);
		assert_int_equal(describe(&house.b, after, false, &line), 0);
		await_end(&house.b, before);
		before->ops->close(before);
		after->ops->close(after);
	}
	end(&house);
}

/* More was expunged than is remembered: the index is read anew. */
static void test_what_is_forgotten(void **state)
{
	struct house house;
	sqlite3 *db = NULL;
	(void)state;
	begin(&house);
	for (int i = 0; i < 5; i++) {
		(void)append(&house.a, house.a.inbox, 'x', 10);
	}
	await_inbox(&house.b, "1:- 2:- 3:- 4:- 5:-");
	remove_message(&house.a, house.a.inbox, 2);
	remove_message(&house.a, house.a.inbox, 4);
	store(&house.a, house.a.inbox, 5, ROOST_FLAG_SEEN, NULL);
	assert_int_equal(sqlite3_open(path_in(&house, "mail.db"), &db), SQLITE_OK);
	(void)sqlite3_busy_timeout(db, 10000);
	assert_int_equal(sqlite3_exec(db,
				 "DELETE FROM expunged; UPDATE mailbox SET expunged = 0,"
				 " forgotten = modseq",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	await_inbox(&house.b, "1:- 3:- 5:-S");
	(void)append(&house.a, house.a.inbox, 'x', 10);
	await_inbox(&house.b, "1:- 3:- 5:-S 6:-");
	end(&house);
}

static uint32_t count_recent(struct local_side *side, bool read_only)
{
	struct roost_snapshot snapshot;
	struct roost_mailbox *inbox = local_session_select(&side->anna, "INBOX", read_only);
	assert_non_null(inbox);
	assert_int_equal(local_session_snapshot(&side->anna, inbox, &snapshot), 0);
	uint32_t count = (uint32_t)roost_uidset_size(&snapshot.recent);
	roost_snapshot_clear(&snapshot);
	inbox->ops->close(inbox);
	return count;
}

static void test_recent_messages(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	(void)append(&house.a, house.a.inbox, 'x', 10);
	(void)append(&house.a, house.a.inbox, 'x', 10);
	time_t began = time(NULL);
	while (count_recent(&house.b, true) < 2 && !out_of_patience(began)) {
	}
	assert_int_equal(count_recent(&house.b, false), 2);
	assert_int_equal(count_recent(&house.b, false), 0);
	/* With the next commit the others know. */
	store(&house.b, house.b.inbox, 1, ROOST_FLAG_SEEN, NULL);
	while (count_recent(&house.a, true) > 0 && !out_of_patience(began)) {
	}
	assert_int_equal(count_recent(&house.a, false), 0);
	end(&house);
}

/* A session hears of others' changes though its database is not open. */
static void test_closed_database(void **state)
{
	struct house house;
	struct local_side c;
	struct local_session bert;
	(void)state;
	begin(&house);
	assert_int_equal(local_session_open(house.folder, 1, 0, &c.backend), 0);
	assert_int_equal(local_session_login(&c.anna, c.backend, "anna"), 0);
	c.inbox = local_session_select(&c.anna, "INBOX", true);
	await_inbox(&c, "");
	assert_int_equal(local_session_login(&bert, c.backend, "bert"), 0);
	(void)append(&house.b, house.b.inbox, 'x', LARGE);
	await(&c, c.inbox, true, "1:x");
	local_session_logout(&bert);
	local_side_leave(&c);
	end(&house);
}

static size_t count_bodies(const struct house *house)
{
	DIR *files = opendir(path_in(house, "bodies"));
	size_t count = 0;
	const struct dirent *file = NULL;
	assert_non_null(files);
	while ((file = readdir(files)) != NULL) {
		count += file->d_name[0] != '.' && strncmp(file->d_name, "pack-", 5) != 0;
	}
	(void)closedir(files);
	return count;
}

static void make_body(const struct house *house, const char *name)
{
	FILE *file = fopen(path_in(house, name), "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

/* What looks left over may be what another process is just writing. */
static void test_sweeping(void **state)
{
	struct house house;
	struct local_other other;
	(void)state;
	begin(&house);
	(void)append(&house.a, house.a.inbox, 'x', LARGE);
	make_body(&house, "bodies/00000000000000ff");
	make_body(&house, "bodies/0000000000000100.new");
	local_other_start(&other, "--hold", house.folder, NULL);
	assert_int_equal(local_other_hear(&other), '.');
	local_other_kill(&other);
	local_side_leave(&house.b);
	local_side_enter(&house.b, house.folder);
	assert_int_equal(count_bodies(&house), 3);
	/* The one who is left closes properly; still it is known that one died. */
	local_side_leave(&house.a);
	local_side_leave(&house.b);
	assert_int_equal(access(path_in(&house, "mail.db-wal"), F_OK), -1);
	local_side_enter(&house.a, house.folder);
	local_side_enter(&house.b, house.folder);
	assert_int_equal(count_bodies(&house), 1);
	await(&house.a, house.a.inbox, true, "1:x");
	/* And nobody looks any more. */
	make_body(&house, "bodies/00000000000000ff");
	local_side_leave(&house.a);
	local_side_leave(&house.b);
	local_side_enter(&house.a, house.folder);
	local_side_enter(&house.b, house.folder);
	assert_int_equal(count_bodies(&house), 2);
	end(&house);
}

/* A message that another process has expunged meanwhile is not taken for a damaged one. */
static void test_reading_what_goes_away(void **state)
{
	struct house house;
	struct line line;
	(void)state;
	begin(&house);
	for (int i = 0; i < 20; i++) {
		(void)append(&house.a, house.a.inbox, 'x', LARGE);
	}
	for (uint32_t uid = 1; uid <= 20; uid++) {
		assert_int_equal(describe(&house.b, house.b.inbox, true, &line), 0);
		remove_message(&house.a, house.a.inbox, uid);
		assert_int_equal(describe(&house.b, house.b.inbox, true, &line), 0);
	}
	await(&house.b, house.b.inbox, true, "");
	assert_int_equal(local_session_log_count, 0);
	end(&house);
}

/* The rows agree with each other. */
static void expect_sound(const struct house *house)
{
	static const char *const wrong[] = {
		"SELECT COUNT(*) FROM message WHERE email NOT IN (SELECT id FROM email)",
		"SELECT COUNT(*) FROM email WHERE refs <> (SELECT COUNT(*) FROM message"
		" WHERE email = email.id)",
		"SELECT COUNT(*) FROM email WHERE (in_file <> 0) + (pack <> 0) + (SELECT COUNT(*)"
		" FROM body WHERE email = email.id) <> 1",
		"SELECT COUNT(*) FROM pack WHERE live <> (SELECT TOTAL(octets + 32) FROM email"
		" WHERE pack = pack.id) OR live = 0",
		"SELECT COUNT(*) FROM mailbox WHERE messages <> (SELECT COUNT(*) FROM message"
		" WHERE mailbox = mailbox.id)",
		"SELECT COUNT(*) FROM mailbox WHERE unseen <> (SELECT COUNT(*) FROM message"
		" WHERE mailbox = mailbox.id AND (flags & 1) = 0)",
		"SELECT COUNT(*) FROM mailbox WHERE deleted <> (SELECT COUNT(*) FROM message"
		" WHERE mailbox = mailbox.id AND (flags & 8) <> 0)",
		"SELECT COUNT(*) FROM message WHERE mailbox NOT IN (SELECT id FROM mailbox)",
		"SELECT COUNT(*) FROM mailbox WHERE uid_next <= (SELECT MAX(uid) FROM message"
		" WHERE mailbox = mailbox.id)",
		"SELECT COUNT(*) FROM mailbox WHERE modseq < (SELECT MAX(modseq) FROM message"
		" WHERE mailbox = mailbox.id)",
		"SELECT (SELECT octets FROM account) <> COALESCE((SELECT SUM(octets) FROM"
		" message), 0)",
		"SELECT COUNT(*) FROM (SELECT uid_validity FROM mailbox GROUP BY uid_validity"
		" HAVING COUNT(*) > 1)",
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (local_side_ask(house->folder, wrong[i]) != 0) {
			fail_msg("%s", wrong[i]);
		}
	}
	assert_int_equal(count_bodies(house),
		local_side_ask(house->folder, "SELECT COUNT(*) FROM email WHERE in_file = 1"));
}

/* Many processes see a user for the first time at the same moment. */
static void test_new_user(void **state)
{
	enum { OTHERS = 6 };
	struct house house;
	struct local_other others[OTHERS];
	(void)state;
	local_folder_make(house.folder, sizeof(house.folder));
	assert_int_equal(rmdir(house.folder), 0);
	for (size_t i = 0; i < OTHERS; i++) {
		local_other_start(&others[i], "--append", house.folder, NULL);
	}
	for (size_t i = 0; i < OTHERS; i++) {
		assert_int_equal(local_other_end(&others[i]), 0);
	}
	local_side_enter(&house.a, house.folder);
	await(&house.a, house.a.inbox, true, "1:x 2:x 3:x 4:x 5:x 6:x");
	expect_sound(&house);
	local_side_leave(&house.a);
	local_folder_remove(house.folder);
}

/* What a process does to hammer one account. */
#define NAMES 4
static const char *const names[NAMES] = { "INBOX", "Work", "Play", "Tmp" };

struct hammer {
	struct local_side side;
	unsigned seed;
	struct roost_mailbox *mailboxes[2]; /* INBOX and Work, which stay */
};

static unsigned choose(struct hammer *hammer, unsigned n)
{
	return (unsigned)rand_r(&hammer->seed) % n;
}

/* Others may have been faster. */
static void expect_fair(int r, const char *what)
{
	if (r < 0 && r != ROOST_ERR_NO_SUCH_MAILBOX && r != ROOST_ERR_MAILBOX_EXISTS) {
		(void)fprintf(stderr, "hammer: %s: %s: %s\n", what, roost_error_name(r),
			local_session_log);
		_exit(1);
	}
}

static void hammer_mailboxes(struct hammer *hammer)
{
	struct local_session *anna = &hammer->side.anna;
	const char *from = names[2 + choose(hammer, 2)], *to = names[2 + choose(hammer, 2)];
	switch (choose(hammer, 3)) {
	case 0:
		expect_fair(local_session_create(anna, from), "create");
		break;
	case 1:
		expect_fair(local_session_delete(anna, from), "delete");
		break;
	default:
		if (from != to) {
			expect_fair(local_session_rename(anna, from, to), "rename");
		}
		break;
	}
	roost_call_reset(anna->call);
}

static void hammer_append(struct hammer *hammer, struct roost_mailbox *mailbox)
{
	char bytes[LARGE];
	memset(bytes, 'a' + (int)choose(hammer, 26), sizeof(bytes));
	size_t size = choose(hammer, 3) == 0 ? 1 + choose(hammer, sizeof(bytes)) : 100;
	expect_fair(local_session_append(&hammer->side.anna, mailbox, bytes, size, NULL), "append");
}

static uint32_t choose_uid(struct hammer *hammer, struct roost_mailbox *mailbox)
{
	struct roost_snapshot snapshot;
	uint32_t uid = 1;
	int r = local_session_snapshot(&hammer->side.anna, mailbox, &snapshot);
	expect_fair(r, "snapshot");
	if (r == 0) {
		size_t count = (size_t)roost_uidset_size(&snapshot.uids);
		for (unsigned at = count == 0 ? 0 : choose(hammer, (unsigned)count), i = 0;
			i < snapshot.uids.count; i++) {
			struct roost_uid_range range = snapshot.uids.ranges[i];
			if (at <= range.last - range.first) {
				uid = range.first + at;
				break;
			}
			at -= range.last - range.first + 1;
		}
		roost_snapshot_clear(&snapshot);
	}
	roost_call_reset(hammer->side.anna.call);
	return uid;
}

static void hammer_once(struct hammer *hammer)
{
	static const char *const keywords[] = { NULL, "One", "two", "Two", "THREE" };
	struct local_session *anna = &hammer->side.anna;
	struct roost_mailbox *mailbox = hammer->mailboxes[choose(hammer, 2)];
	uint32_t uid = choose_uid(hammer, mailbox), moved = 0;
	switch (choose(hammer, 10)) {
	case 0:
		hammer_mailboxes(hammer);
		break;
	case 1:
	case 2:
	case 3:
		hammer_append(hammer, mailbox);
		break;
	case 4:
	case 5:
		expect_fair(local_session_store(anna, mailbox, uid,
				    (enum roost_flags_mode)choose(hammer, 3),
				    choose(hammer, ROOST_FLAG_DRAFT), keywords[choose(hammer, 5)]),
			"store");
		break;
	case 6:
		expect_fair(local_session_copy(anna, mailbox, uid, names[choose(hammer, NAMES)]),
			"copy");
		break;
	case 7:
		expect_fair(local_session_move(
				    anna, mailbox, uid, names[choose(hammer, NAMES)], &moved),
			"move");
		break;
	default:
		expect_fair(local_session_store(
				    anna, mailbox, uid, ROOST_FLAGS_ADD, ROOST_FLAG_DELETED, NULL),
			"store");
		expect_fair(local_session_expunge(anna, mailbox, uid), "expunge");
		break;
	}
}

static uint64_t mix(uint64_t digest, uint64_t number)
{
	return (digest ^ number) * 0x100000001b3u + 1;
}

static int digest_message(void *context, const struct roost_message *message)
{
	uint64_t *digest = context;
	*digest = mix(*digest, message->uid);
	*digest = mix(*digest, message->flags.system);
	*digest = mix(*digest, message->modseq);
	*digest = mix(*digest, message->octets);
	for (size_t i = 0; i < message->email_id.size; i++) {
		*digest = mix(*digest, (unsigned char)message->email_id.bytes[i]);
	}
	for (size_t i = 0; i < message->flags.keyword_count; i++) {
		for (const char *at = message->flags.keywords[i]; *at != '\0'; at++) {
			*digest = mix(*digest, (unsigned char)*at);
		}
	}
	return 0;
}

/* All that the process sees, in one number. */
static uint64_t digest_all(struct hammer *hammer)
{
	uint64_t digest = 1;
	for (size_t i = 0; i < 2; i++) {
		struct roost_mailbox *mailbox = hammer->mailboxes[i];
		struct roost_snapshot snapshot;
		expect_fair(local_session_list(&hammer->side.anna, mailbox,
				    ROOST_MESSAGE_FLAGS | ROOST_MESSAGE_MODSEQ |
					    ROOST_MESSAGE_OCTETS | ROOST_MESSAGE_EMAIL_ID,
				    digest_message, &digest),
			"list");
		expect_fair(
			local_session_snapshot(&hammer->side.anna, mailbox, &snapshot), "snapshot");
		digest = mix(digest, snapshot.uid_next);
		digest = mix(digest, snapshot.highest_modseq);
		digest = mix(digest, snapshot.unseen_count);
		digest = mix(digest, snapshot.first_unseen);
		digest = mix(digest, snapshot.uid_validity);
		digest = mix(digest, roost_uidset_size(&snapshot.uids));
		roost_snapshot_clear(&snapshot);
		roost_call_reset(hammer->side.anna.call);
	}
	return digest;
}

static bool hammer_enter(struct hammer *hammer, const char *folder)
{
	struct local_side *side = &hammer->side;
	if (local_session_open(folder, 0, 0, &side->backend) < 0 ||
		local_session_login(&side->anna, side->backend, "anna") < 0) {
		return false;
	}
	expect_fair(local_session_create(&side->anna, "Work"), "create");
	side->inbox = hammer->mailboxes[0] = open_mailbox(side, "INBOX");
	hammer->mailboxes[1] = open_mailbox(side, "Work");
	return hammer->mailboxes[0] != NULL && hammer->mailboxes[1] != NULL;
}

static void hammer_leave(struct hammer *hammer)
{
	hammer->mailboxes[1]->ops->close(hammer->mailboxes[1]);
	local_side_leave(&hammer->side);
}

static void say(char byte)
{
	if (write(STDOUT_FILENO, &byte, 1) != 1) {
		_exit(1);
	}
}

/* --hammer FOLDER SEED: hammer, say so, and be told what all must see now. */
static int be_hammer(const char *folder, const char *seed)
{
	enum { ROUNDS = 150 };
	struct hammer hammer = { .seed = (unsigned)strtoul(seed, NULL, 10) };
	uint64_t expected;
	if (!hammer_enter(&hammer, folder)) {
		return 1;
	}
	for (int i = 0; i < ROUNDS; i++) {
		hammer_once(&hammer);
	}
	say('.');
	if (read(STDIN_FILENO, &expected, sizeof(expected)) != sizeof(expected)) {
		return 1;
	}
	time_t began = time(NULL);
	while (digest_all(&hammer) != expected) {
		if (out_of_patience(began)) {
			(void)fprintf(stderr, "hammer: not all is seen\n");
			return 1;
		}
	}
	hammer_leave(&hammer);
	return local_session_log_count == 0 ? 0 : 1;
}

/* --doomed FOLDER SEED: hammer, say so each time, until somebody kills it. */
static int be_doomed(const char *folder, const char *seed)
{
	struct hammer hammer = { .seed = (unsigned)strtoul(seed, NULL, 10) };
	if (!hammer_enter(&hammer, folder)) {
		return 1;
	}
	for (;;) {
		hammer_once(&hammer);
		say('.');
	}
}

/* --hold FOLDER: have anna's mail open, and wait. */
static int be_holder(const char *folder)
{
	struct local_side side;
	char byte;
	if (local_session_open(folder, 0, 0, &side.backend) < 0 ||
		local_session_login(&side.anna, side.backend, "anna") < 0) {
		return 1;
	}
	say('.');
	return read(STDIN_FILENO, &byte, 1) == 0 ? 0 : 1;
}

/* --append FOLDER: append one message. */
static int be_appender(const char *folder)
{
	struct local_side side;
	char bytes[LARGE];
	memset(bytes, 'x', sizeof(bytes));
	if (local_session_open(folder, 0, 0, &side.backend) < 0 ||
		local_session_login(&side.anna, side.backend, "anna") < 0) {
		(void)fprintf(stderr, "appender: %s\n", local_session_log);
		return 1;
	}
	side.inbox = open_mailbox(&side, "INBOX");
	int r = side.inbox == NULL
			? -1
			: local_session_append(&side.anna, side.inbox, bytes, sizeof(bytes), NULL);
	if (r < 0) {
		(void)fprintf(stderr, "appender: %s\n", local_session_log);
		return 1;
	}
	local_side_leave(&side);
	return 0;
}

static void test_hammering(void **state)
{
	enum { OTHERS = 3 };
	static const char *const seeds[OTHERS] = { "1", "2", "3" };
	struct house house;
	struct local_other others[OTHERS];
	struct hammer own = { .seed = 4 };
	(void)state;
	local_folder_make(house.folder, sizeof(house.folder));
	local_session_log_count = 0;
	for (size_t i = 0; i < OTHERS; i++) {
		local_other_start(&others[i], "--hammer", house.folder, seeds[i]);
	}
	assert_true(hammer_enter(&own, house.folder));
	for (int i = 0; i < 150; i++) {
		hammer_once(&own);
	}
	for (size_t i = 0; i < OTHERS; i++) {
		assert_int_equal(local_other_hear(&others[i]), '.');
	}
	/* Who comes new sees what the rows say. */
	struct hammer fresh = { .seed = 5 };
	assert_true(hammer_enter(&fresh, house.folder));
	uint64_t expected = digest_all(&fresh);
	for (size_t i = 0; i < OTHERS; i++) {
		local_other_say(&others[i], &expected, sizeof(expected));
	}
	time_t began = time(NULL);
	while (digest_all(&own) != expected && !out_of_patience(began)) {
	}
	assert_true(digest_all(&own) == expected);
	for (size_t i = 0; i < OTHERS; i++) {
		assert_int_equal(local_other_end(&others[i]), 0);
	}
	expect_sound(&house);
	hammer_leave(&own);
	hammer_leave(&fresh);
	expect_sound(&house);
	assert_int_equal(local_session_log_count, 0);
	local_folder_remove(house.folder);
}

/* Processes are killed in the middle of what they do, while another one goes on. */
static void test_killing(void **state)
{
	struct house house;
	struct hammer own = { .seed = 6 };
	(void)state;
	local_folder_make(house.folder, sizeof(house.folder));
	local_session_log_count = 0;
	assert_true(hammer_enter(&own, house.folder));
	for (unsigned round = 0; round < 8; round++) {
		struct local_other other;
		char seed[16];
		(void)snprintf(seed, sizeof(seed), "%u", 100 + round);
		local_other_start(&other, "--doomed", house.folder, seed);
		for (unsigned i = 0; i < 10 + 7 * round; i++) {
			assert_int_equal(local_other_hear(&other), '.');
			if (i % 4 == 0) {
				hammer_once(&own);
			}
		}
		local_other_kill(&other);
		for (unsigned i = 0; i < 10; i++) {
			hammer_once(&own);
		}
	}
	struct hammer fresh = { .seed = 7 };
	assert_true(hammer_enter(&fresh, house.folder));
	uint64_t expected = digest_all(&fresh);
	time_t began = time(NULL);
	while (digest_all(&own) != expected && !out_of_patience(began)) {
	}
	assert_true(digest_all(&own) == expected);
	hammer_leave(&fresh);
	hammer_leave(&own);
	/* What they left is cleaned up by the next one that comes alone. */
	assert_true(hammer_enter(&own, house.folder));
	expect_sound(&house);
	hammer_leave(&own);
	assert_int_equal(local_session_log_count, 0);
	local_folder_remove(house.folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_and_flags),
		cmocka_unit_test(test_change_of_nothing),
		cmocka_unit_test(test_copies_and_moves),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_new_name_of_a_known_mailbox),
		cmocka_unit_test(test_what_is_forgotten),
		cmocka_unit_test(test_recent_messages),
		cmocka_unit_test(test_closed_database),
		cmocka_unit_test(test_sweeping),
		cmocka_unit_test(test_reading_what_goes_away),
		cmocka_unit_test(test_new_user),
		cmocka_unit_test(test_hammering),
		cmocka_unit_test(test_killing),
	};
	if (argc == 3 && strcmp(argv[1], "--hold") == 0) {
		return be_holder(argv[2]);
	}
	if (argc == 3 && strcmp(argv[1], "--append") == 0) {
		return be_appender(argv[2]);
	}
	if (argc == 4 && strcmp(argv[1], "--hammer") == 0) {
		return be_hammer(argv[2], argv[3]);
	}
	if (argc == 4 && strcmp(argv[1], "--doomed") == 0) {
		return be_doomed(argv[2], argv[3]);
	}
	return cmocka_run_group_tests_name("local_shared", tests, NULL, NULL);
}
