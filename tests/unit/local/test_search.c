/* test_search.c - searches find the same whether search.db is absent, half filled, full, damaged or
 * gone: what a plain look at every message finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include <roost/util.h>

#include "local_session.h"
#include "random_mail.h"
#include "store.h"
#include "text_fill.h"
#include "text_reader.h"

#define MAILS 240
#define SEARCHES 250
#define CORPUS_MAILS 150
/* Longer than any test. */
#define NEVER 3600000

struct house {
	char folder[256];
	struct roost_backend *backend;
	struct local_session anna;
	struct roost_mailbox *inbox, *work;
	uint32_t seed;
};

static struct chores *chores_of(struct roost_backend *backend)
{
	return roost_container_of(backend, struct store, base)->chores;
}

/* Come in; search.db is filled at once, or never. */
static void enter(struct house *house, bool fill)
{
	assert_int_equal(local_session_open(house->folder, 0, 0, &house->backend), 0);
	local_chores_set_delay(chores_of(house->backend), fill ? 0 : NEVER);
	/* What is looked at is then read from packs, too. */
	roost_container_of(house->backend, struct store, base)->packing =
		(struct packing_limits) { 65536, 1 };
	assert_int_equal(local_session_login(&house->anna, house->backend, "anna"), 0);
	house->inbox = local_session_select(&house->anna, "INBOX", false);
	assert_non_null(house->inbox);
	house->work = local_session_select(&house->anna, "Work", false);
}

static void leave(struct house *house)
{
	house->inbox->ops->close(house->inbox);
	if (house->work != NULL) {
		house->work->ops->close(house->work);
	}
	local_session_logout(&house->anna);
	roost_backend_destroy(house->backend);
}

static void begin(struct house *house)
{
	*house = (struct house) { .seed = 4711 };
	local_folder_make(house->folder, sizeof(house->folder));
	assert_int_equal(local_session_open(house->folder, 0, 0, &house->backend), 0);
	local_chores_set_delay(chores_of(house->backend), NEVER);
	assert_int_equal(local_session_login(&house->anna, house->backend, "anna"), 0);
	assert_int_equal(local_session_create(&house->anna, "Work"), 0);
	local_session_logout(&house->anna);
	roost_backend_destroy(house->backend);
}

static void end(struct house *house)
{
	local_folder_remove(house->folder);
}

static const char *path_in(struct house *house, const char *name)
{
	static char path[400];
	(void)snprintf(path, sizeof(path), "%s/users/anna/%s", house->folder, name);
	return path;
}

/* Messages that are stored together. */
#define BATCH 32
struct batch {
	struct roost_new_message messages[BATCH];
	size_t count;
};

static void add(
	struct house *house, struct batch *batch, const char *bytes, size_t size, bool outline)
{
	struct roost_new_message *message = &batch->messages[batch->count++];
	static const char *const keywords[] = { "Work" };
	void *made;
	*message = (struct roost_new_message) { .size = sizeof(*message) };
	assert_int_equal(roost_content_create_copy(bytes, size, &message->content), 0);
	if (outline) {
		assert_int_equal(
			roost_outline_create(message->content, &made, &message->outline_size), 0);
	} else { /* one that cannot be read is made anew from the content */
		made = strdup("rubbish");
		message->outline_size = 7;
	}
	message->outline = made;
	message->flags.system = random_below(&house->seed, 32);
	message->flags.keywords = keywords;
	message->flags.keyword_count = random_below(&house->seed, 2);
	message->internal_date.seconds = 1000000000 + (int64_t)random_below(&house->seed, 1000000);
	message->internal_date.zone = 60 * ((int)random_below(&house->seed, 24) - 12);
}

static void store_batch(struct house *house, struct roost_mailbox *mailbox, struct batch *batch)
{
	struct roost_uidset uids = ROOST_UIDSET_EMPTY;
	assert_int_equal(mailbox->ops->create_messages(
				 mailbox, house->anna.call, batch->messages, batch->count, &uids),
		0);
	roost_call_reset(house->anna.call);
	assert_int_equal(roost_uidset_size(&uids), batch->count);
	roost_uidset_clear(&uids);
	for (size_t i = 0; i < batch->count; i++) {
		roost_content_unref(batch->messages[i].content);
		free((void *)(uintptr_t)batch->messages[i].outline);
	}
	batch->count = 0;
}

static void append(struct house *house, const char *bytes, size_t size)
{
	struct batch batch = { .count = 0 };
	add(house, &batch, bytes, size, true);
	store_batch(house, house->inbox, &batch);
}

static void append_random(struct house *house, unsigned count)
{
	struct batch batch = { .count = 0 };
	for (unsigned i = 0; i < count; i++) {
		size_t size;
		char *mail = random_mail(&house->seed, &size);
		add(house, &batch, mail, size, i % 4 != 0);
		free(mail);
		if (batch.count == BATCH || i + 1 == count) {
			bool work = random_below(&house->seed, 4) == 0;
			store_batch(house, work ? house->work : house->inbox, &batch);
		}
	}
}

static struct house *corpus_house;
static struct batch corpus_batch;
static unsigned corpus_count;

static int append_file(const char *path, const struct stat *there, int type, struct FTW *ftw)
{
	size_t n = strlen(path);
	(void)ftw;
	if (type != FTW_F || n < 4 || strcmp(path + n - 4, ".eml") != 0 ||
		there->st_size > 100000 || corpus_count == CORPUS_MAILS) {
		return 0;
	}
	FILE *file = fopen(path, "re");
	char *bytes = malloc((size_t)there->st_size + 1);
	assert_non_null(file);
	assert_non_null(bytes);
	n = fread(bytes, 1, (size_t)there->st_size, file);
	(void)fclose(file);
	add(corpus_house, &corpus_batch, bytes, n, true);
	free(bytes);
	corpus_count++;
	if (corpus_batch.count == BATCH) {
		store_batch(corpus_house, corpus_house->inbox, &corpus_batch);
	}
	return 0;
}

static void append_corpus(struct house *house)
{
	const char *folder = getenv("ROOST_CORPUS");
	corpus_house = house;
	corpus_count = 0;
	(void)nftw(folder == NULL ? SOURCE_ROOT "/../shared/corpus" : folder, append_file, 16,
		FTW_PHYS);
	store_batch(house, house->inbox, &corpus_batch);
}

struct scan {
	struct roost_matcher *matcher;
	struct roost_uidset *uids;
};

static int look_at(void *context, const struct roost_message *message)
{
	struct scan *scan = context;
	int r = roost_matcher_match(scan->matcher, message);
	return r == 1 ? roost_uidset_add(scan->uids, message->uid) : 0;
}

static struct roost_uidset everything(void)
{
	static struct roost_uid_range all = { 1, UINT32_MAX };
	return (struct roost_uidset) { &all, 1, 1 };
}

/* What the library would do. */
static void scan(struct house *house, struct roost_mailbox *mailbox,
	const struct roost_search *search, const struct roost_uidset *within,
	struct roost_uidset *uids)
{
	const struct roost_fetch_options options = {
		.size = sizeof(options),
		.fields = roost_util_match_fields(search),
	};
	struct scan scan = { .uids = uids };
	assert_int_equal(roost_matcher_create(house->anna.call, search, &scan.matcher), 0);
	assert_int_equal(mailbox->ops->list_messages(
				 mailbox, house->anna.call, within, &options, look_at, &scan),
		0);
	roost_matcher_destroy(scan.matcher);
}

/* The nodes of one random search. */
struct tree {
	struct roost_search nodes[40];
	char texts[40][100];
	size_t count;
	struct roost_uidset uids;
};

static struct roost_search *grow(struct tree *tree, uint32_t *seed, unsigned depth)
{
	struct roost_search *node = &tree->nodes[tree->count];
	char *text = tree->texts[tree->count++];
	*node = (struct roost_search) { .size = sizeof(*node), .text = text };
	uint32_t kind = random_below(seed, depth < 3 && tree->count < 20 ? 14 : 10);
	random_needle(seed, text, sizeof(tree->texts[0]));
	if (kind < 3) {
		node->key = ROOST_SEARCH_TEXT;
	} else if (kind < 5) {
		node->key = ROOST_SEARCH_BODY;
	} else if (kind < 8) {
		node->key = ROOST_SEARCH_HEADER;
		node->header = random_field(seed);
		text[0] = random_below(seed, 6) == 0 ? '\0' : text[0];
	} else if (kind < 10) {
		static const enum roost_search_key facts[] = { ROOST_SEARCH_ALL, ROOST_SEARCH_UIDS,
			ROOST_SEARCH_FLAG, ROOST_SEARCH_KEYWORD, ROOST_SEARCH_BEFORE,
			ROOST_SEARCH_ON, ROOST_SEARCH_SINCE, ROOST_SEARCH_SENT_ON,
			ROOST_SEARCH_LARGER, ROOST_SEARCH_SMALLER, ROOST_SEARCH_MODSEQ };
		node->key = facts[random_below(seed, 11)];
		node->uids = &tree->uids;
		node->system_flag = 1u << random_below(seed, 5);
		node->text = random_below(seed, 2) == 0 ? "wORK" : "Play";
		node->day = 11574 + random_below(seed, 12);
		node->number = random_below(seed, 3000);
	} else {
		static const enum roost_search_key branches[] = { ROOST_SEARCH_AND, ROOST_SEARCH_OR,
			ROOST_SEARCH_OR, ROOST_SEARCH_NOT };
		node->key = branches[kind - 10];
		uint32_t n = node->key == ROOST_SEARCH_NOT ? 1 : random_below(seed, 4);
		struct roost_search *next = NULL;
		for (; n > 0; n--) {
			struct roost_search *child = grow(tree, seed, depth + 1);
			child->next = next;
			next = child;
		}
		node->children = next;
	}
	return node;
}

static void expect_same_within(struct house *house, struct roost_mailbox *mailbox,
	const struct roost_search *search, const struct roost_uidset *within)
{
	struct roost_uidset got = ROOST_UIDSET_EMPTY, want = ROOST_UIDSET_EMPTY;
	assert_int_equal(
		mailbox->ops->search_messages(mailbox, house->anna.call, search, within, &got), 0);
	scan(house, mailbox, search, within, &want);
	roost_call_reset(house->anna.call);
	if (!roost_uidset_equal(&got, &want)) {
		fail_msg("a search (key %d, header \"%s\", text \"%s\") finds %u instead of %u",
			(int)search->key, search->header == NULL ? "" : search->header,
			search->text == NULL ? "" : search->text, (unsigned)roost_uidset_size(&got),
			(unsigned)roost_uidset_size(&want));
	}
	roost_uidset_clear(&got);
	roost_uidset_clear(&want);
}

/* Searches in what was known before: another store's mail may become known between two looks; and in a few of it, for which
 * search.db is not asked. */
static void expect_same(
	struct house *house, struct roost_mailbox *mailbox, const struct roost_search *search)
{
	struct roost_snapshot known = { .size = sizeof(known) };
	assert_int_equal(local_session_snapshot(&house->anna, mailbox, &known), 0);
	expect_same_within(house, mailbox, search, &known.uids);
	uint32_t first = roost_uidset_first(&known.uids);
	if (first != 0) {
		assert_int_equal(roost_uidset_remove_range(&known.uids, first + 5, UINT32_MAX), 0);
		expect_same_within(house, mailbox, search, &known.uids);
	}
	roost_snapshot_clear(&known);
}

static void expect_same_results(struct house *house, unsigned searches)
{
	static struct tree tree;
	for (unsigned i = 0; i < searches; i++) {
		tree.count = 0;
		for (unsigned k = 0; k < 30; k++) {
			assert_int_equal(
				roost_uidset_add(&tree.uids, 1 + random_below(&house->seed, MAILS)),
				0);
		}
		const struct roost_search *search = grow(&tree, &house->seed, 0);
		expect_same(house, i % 3 == 0 ? house->work : house->inbox, search);
		roost_uidset_clear(&tree.uids);
	}
}

/* How many messages in search.db are known whole, or -1 when there is none. */
static int known(struct house *house)
{
	sqlite3 *db;
	sqlite3_stmt *stmt;
	int count = -1;
	if (sqlite3_open_v2(path_in(house, "search.db"), &db, SQLITE_OPEN_READWRITE, NULL) !=
			SQLITE_OK ||
		sqlite3_prepare_v2(db, "SELECT whole FROM cover", -1, &stmt, NULL) != SQLITE_OK) {
		(void)sqlite3_close(db);
		return -1;
	}
	count = 0;
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const unsigned char *bytes = sqlite3_column_blob(stmt, 0);
		for (int i = 0; i < sqlite3_column_bytes(stmt, 0); i++) {
			count += __builtin_popcount(bytes[i]);
		}
	}
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return count;
}

static void move_some(struct house *house)
{
	struct roost_uid_range ranges[] = { { 3, 9 }, { 25, 28 } };
	const struct roost_uidset uids = { ranges, 2, 2 };
	struct roost_copy_result result = { .size = sizeof(result) };
	assert_int_equal(house->inbox->ops->copy_messages(
				 house->inbox, house->anna.call, &uids, "Work", &result),
		0);
	roost_copy_result_clear(&result);
	ranges[0] = (struct roost_uid_range) { 20, 22 };
	assert_int_equal(house->inbox->ops->move_messages(
				 house->inbox, house->anna.call, &uids, "Work", &result),
		0);
	roost_copy_result_clear(&result);
	assert_int_equal(local_session_store(&house->anna, house->inbox, 11, ROOST_FLAGS_ADD,
				 ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(&house->anna, house->inbox, 11), 0);
}

static void test_same_results(void **state)
{
	struct house house;
	(void)state;
	begin(&house);

	enter(&house, false);
	append_random(&house, MAILS / 2);
	assert_int_equal(known(&house), -1);
	expect_same_results(&house, SEARCHES);
	leave(&house);

	enter(&house, true);
	local_chores_wait(chores_of(house.backend));
	assert_in_range(known(&house), MAILS / 2 - 5, MAILS / 2);
	expect_same_results(&house, SEARCHES);
	leave(&house);

	enter(&house, false);
	append_random(&house, MAILS / 2);
	move_some(&house);
	assert_in_range(known(&house), MAILS / 2 - 5, MAILS / 2);
	expect_same_results(&house, SEARCHES);
	leave(&house);

	enter(&house, true);
	append_corpus(&house);
	local_chores_wait(chores_of(house.backend));
	assert_in_range(
		known(&house), MAILS - 10 + (int)corpus_count * 9 / 10, MAILS + (int)corpus_count);
	expect_same_results(&house, SEARCHES);
	leave(&house);
	end(&house);
}

/* Each word of a mail that is easy to say, in an index that knows everything. */
static void test_tables(void **state)
{
	static const char mail[] = "Subject: =?utf-8?Q?stra=C3=9F?=\r\n"
				   " =?utf-8?Q?e?=\r\n"
				   "From: \"O'Hara\" <\xc4\xb0@example.org>\r\n"
				   "X_1: percent % and \"quotes\"\r\n"
				   "Content-Type: text/html; charset=koi8-r\r\n"
				   "Content-Transfer-Encoding: base64\r\n"
				   "\r\n"
				   "8NLJ18XUIM3J0g==\r\n";
	static const struct {
		const char *header, *text;
		bool found;
	} rows[] = {
		{ NULL, "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", true },
		{ NULL, "\xd0\x98\xd0\x92\xd0\x95", true },
		{ NULL, "\xd0\x92\xd0\x95", true },
		{ NULL, "\xd0\x92\xd0\x95\xd0\x98", false },
		{ "Subject",
			"STRA\xc3\x9f"
			"E",
			true },
		{ "Subject",
			"a\xc3\x9f"
			"e",
			true },
		{ "From", "o'hara\" <", true },
		{ "X_1", "% and \"q", true },
		{ "X_1", "\"\"\"", false },
		{ "X_1", "", true },
		{ "X_2", "", false },
		{ "X_1", "AND OR", false },
		{ NULL, "x_1: percent % and \"quotes\"", true },
		{ NULL, "no such thing", false },
	};
	struct house house;
	(void)state;
	begin(&house);
	enter(&house, true);
	append(&house, mail, sizeof(mail) - 1);
	for (unsigned i = 0; i < 2; i++) {
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			const struct roost_search search = {
				.size = sizeof(search),
				.key = rows[k].header == NULL ? ROOST_SEARCH_TEXT
							      : ROOST_SEARCH_HEADER,
				.header = rows[k].header,
				.text = rows[k].text,
			};
			struct roost_uidset got = ROOST_UIDSET_EMPTY, within = everything();
			assert_int_equal(house.inbox->ops->search_messages(house.inbox,
						 house.anna.call, &search, &within, &got),
				0);
			if ((got.count == 1) != rows[k].found) {
				fail_msg("row %zu", k);
			}
			roost_uidset_clear(&got);
		}
		local_chores_wait(chores_of(house.backend));
	}
	assert_int_equal(known(&house), 1);
	leave(&house);
	end(&house);
}

/* What has too many different letters is not in it, and is found all the same. */
static void test_large(void **state)
{
	struct house house;
	size_t size = 3 * 1024 * 1024;
	char *mail = malloc(size);
	(void)state;
	assert_non_null(mail);
	uint32_t seed = 5;
	for (size_t i = 0; i < size; i++) {
		mail[i] = (char)('!' + random_below(&seed, 90));
	}
	memcpy(mail, "Subject: large\r\n\r\n", 18);
	memcpy(mail + size - 10, "last words", 10);
	begin(&house);
	enter(&house, true);
	append(&house, mail, size);
	append(&house, "\r\n", 2);
	local_chores_wait(chores_of(house.backend));
	assert_int_equal(known(&house), 1);
	struct roost_search search = { .size = sizeof(search), .text = "last words" };
	search.key = ROOST_SEARCH_BODY;
	expect_same(&house, house.inbox, &search);
	leave(&house);
	end(&house);
	free(mail);
}

/* Take it away, all of it or parts, while somebody works with it. */
static void test_deleted(void **state)
{
	static const char *const names[] = { "search.db", "search.db-wal", "search.db-shm" };
	struct house house;
	(void)state;
	begin(&house);
	enter(&house, true);
	append_random(&house, 40);
	local_chores_wait(chores_of(house.backend));
	int all = known(&house);
	assert_in_range(all, 35, 40);
	expect_same_results(&house, 20);
	for (unsigned which = 1; which < 8; which++) {
		for (unsigned i = 0; i < 3; i++) {
			if ((which >> i & 1) != 0) {
				(void)unlink(path_in(&house, names[i]));
			}
		}
		expect_same_results(&house, 20);
		append_random(&house, 2);
		local_chores_wait(chores_of(house.backend));
		all += 2;
		assert_in_range(known(&house), all - 5, all);
		expect_same_results(&house, 20);
	}
	leave(&house);
	end(&house);
}

static void damage(struct house *house, unsigned how)
{
	static char bytes[4096];
	struct stat there;
	const char *path = path_in(house, how % 2 == 0 ? "search.db" : "search.db-wal");
	if (stat(path, &there) < 0) {
		return;
	}
	if (how / 2 == 0) {
		assert_int_equal(truncate(path, there.st_size / 2), 0);
		return;
	}
	FILE *file = fopen(path, "r+be");
	assert_non_null(file);
	memset(bytes, how / 2 == 1 ? 0xa5 : 0, sizeof(bytes));
	for (long at = how / 2 == 3 ? 0 : 4096; at < there.st_size; at += 3 * 4096) {
		(void)fseek(file, at, SEEK_SET);
		(void)fwrite(bytes, 1, sizeof(bytes), file);
	}
	(void)fclose(file);
}

/* Damaged while nobody has it open: results are right, and it is made anew. */
static void test_damaged(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	enter(&house, true);
	append_random(&house, 60);
	local_chores_wait(chores_of(house.backend));
	leave(&house);
	for (unsigned how = 0; how < 8; how++) {
		damage(&house, how);
		enter(&house, true);
		append_random(&house, 1);
		expect_same_results(&house, 20);
		local_chores_wait(chores_of(house.backend));
		expect_same_results(&house, 40);
		local_chores_wait(chores_of(house.backend));
		assert_in_range(known(&house), 55 + (int)how, 61 + (int)how);
		leave(&house);
	}
	end(&house);
}

static void run_sql(const char *path, const char *sql)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* One that belongs to another mail.db, or to another time of it, is not believed. */
static void test_foreign(void **state)
{
	static const char *const lies[] = {
		"UPDATE meta SET made = made - 1; UPDATE cover SET whole = zeroblob(1024)",
		"UPDATE meta SET era = era + 1; UPDATE cover SET whole = zeroblob(1024)",
		"UPDATE meta SET version = 'older'; UPDATE cover SET whole = zeroblob(1024)",
		"UPDATE meta SET last = last + 100; UPDATE cover SET whole = zeroblob(1024)",
		"UPDATE meta SET digest = digest + 1; UPDATE cover SET whole = zeroblob(1024)",
		"PRAGMA user_version = 77; UPDATE cover SET whole = zeroblob(1024)",
	};
	struct house house;
	(void)state;
	begin(&house);
	enter(&house, true);
	append_random(&house, 20);
	local_chores_wait(chores_of(house.backend));
	int all = known(&house);
	leave(&house);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		run_sql(path_in(&house, "search.db"), lies[i]);
		enter(&house, true);
		append_random(&house, 1);
		expect_same_results(&house, 10);
		local_chores_wait(chores_of(house.backend));
		all++;
		assert_in_range(known(&house), all - 1, all);
		leave(&house);
	}
	end(&house);
}

/* It cannot be written: the mail does not mind, and the log tells once. */
static void test_not_writable(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	enter(&house, true);
	assert_int_equal(mkdir(path_in(&house, "search.db"), 0700), 0);
	unsigned lines = local_session_log_count;
	append_random(&house, 10);
	expect_same_results(&house, 20);
	/* Only its end comes before its next try. */
	leave(&house);
	assert_in_range(local_session_log_count - lines, 0, 1);
	end(&house);
}

/* A process dies while it fills; the next one goes on. */
static void test_killed(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	for (unsigned round = 0; round < 8; round++) {
		int pipe_ends[2];
		char ignored;
		assert_int_equal(pipe(pipe_ends), 0);
		house.seed += 17;
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			enter(&house, true);
			for (;;) {
				append_random(&house, 8);
				if (write(pipe_ends[1], "", 1) != 1) {
					_exit(1);
				}
			}
		}
		(void)close(pipe_ends[1]);
		for (unsigned i = 0; i < 2 + round; i++) {
			assert_int_equal(read(pipe_ends[0], &ignored, 1), 1);
		}
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		(void)close(pipe_ends[0]);
		enter(&house, round % 2 == 0);
		expect_same_results(&house, 15);
		leave(&house);
	}
	enter(&house, true);
	local_chores_wait(chores_of(house.backend));
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	assert_int_equal(local_session_snapshot(&house.anna, house.inbox, &snapshot), 0);
	assert_true(known(&house) >= (int)roost_uidset_size(&snapshot.uids) - 10);
	roost_snapshot_clear(&snapshot);
	expect_same_results(&house, 40);
	leave(&house);
	end(&house);
}

/* When most of what it knows is gone, it is made anew. */
static void test_mostly_gone(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	enter(&house, true);
	append_random(&house, 20);
	local_chores_wait(chores_of(house.backend));
	int all = known(&house);
	leave(&house);
	run_sql(path_in(&house, "search.db"),
		"INSERT INTO cover (page, looked, whole) VALUES (2, zeroblob(1024), "
		"randomblob(1024)),"
		" (3, zeroblob(1024), randomblob(1024)), (4, zeroblob(1024), randomblob(1024)),"
		" (7, zeroblob(1024), randomblob(1024)), (9, zeroblob(1024), randomblob(1024))");
	assert_true(known(&house) > 10000);
	enter(&house, true);
	append_random(&house, 1);
	local_chores_wait(chores_of(house.backend));
	assert_in_range(known(&house), all, all + 1);
	expect_same_results(&house, 20);
	leave(&house);
	end(&house);
}

static uint64_t count_mail(struct house *house, struct roost_mailbox *mailbox)
{
	struct roost_snapshot snapshot = { .size = sizeof(snapshot) };
	assert_int_equal(local_session_snapshot(&house->anna, mailbox, &snapshot), 0);
	uint64_t count = roost_uidset_size(&snapshot.uids);
	roost_snapshot_clear(&snapshot);
	return count;
}

/* What another store has is seen when this one looks again. */
static void wait_for_mail(struct house *house, uint64_t count)
{
	while (count_mail(house, house->inbox) + count_mail(house, house->work) < count) {
		(void)usleep(1000);
	}
}

/* More users are signed in than databases may be open: filling ends all the same. */
static void test_crowded(void **state)
{
	static const char *const names[] = { "anna", "bert", "cleo" };
	struct local_session sessions[3];
	struct roost_backend *backend;
	char folder[256];
	(void)state;
	local_folder_make(folder, sizeof(folder));
	assert_int_equal(local_session_open(folder, 1, 0, &backend), 0);
	local_chores_set_delay(chores_of(backend), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(local_session_login(&sessions[i], backend, names[i]), 0);
	}
	local_chores_wait(chores_of(backend));
	/* Anna's was closed for another's, and is opened again: that is no work for the chores. */
	local_chores_set_delay(chores_of(backend), NEVER);
	struct store *store = roost_container_of(backend, struct store, base);
	assert_false(local_store_is_open(store->accounts[0]));
	struct roost_mailbox *inbox = local_session_select(&sessions[0], "INBOX", false);
	assert_non_null(inbox);
	pthread_mutex_lock(&store->lock);
	bool queued = store->accounts[0]->chores.queued;
	pthread_mutex_unlock(&store->lock);
	assert_false(queued);
	inbox->ops->close(inbox);
	for (size_t i = 0; i < 3; i++) {
		local_session_logout(&sessions[i]);
	}
	roost_backend_destroy(backend);
	local_folder_remove(folder);
}

static void append_plain(struct house *house, unsigned count)
{
	static const char mail[] = "Subject: plain\r\n\r\nwords\r\n";
	struct batch batch = { .count = 0 };
	for (unsigned i = 0; i < count; i++) {
		add(house, &batch, mail, sizeof(mail) - 1, true);
		if (batch.count == BATCH || i + 1 == count) {
			store_batch(house, house->inbox, &batch);
		}
	}
}

/* While mail comes in nothing is filled, until it was put off for long. */
static void test_gives_way(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	enter(&house, true);
	struct chores *chores = chores_of(house.backend);
	local_chores_wait(chores);
	assert_false(local_chores_give_way(chores));
	local_chores_set_quiet(chores, NEVER, NEVER);
	append_plain(&house, 5);
	assert_true(local_chores_wait_put_off(chores));
	assert_true(local_chores_give_way(chores));
	expect_same_results(&house, 10);
	leave(&house);
	assert_int_equal(known(&house), -1);

	enter(&house, true);
	chores = chores_of(house.backend);
	assert_false(local_chores_wait_put_off(chores)); /* there is work, and no mail */
	assert_int_equal(known(&house), 5);
	local_chores_set_quiet(chores, NEVER, 0);
	append_plain(&house, 5);
	local_chores_wait(chores);
	assert_int_equal(known(&house), 10);
	leave(&house);
	end(&house);
}

/* A turn that has begun gives way, too. */
static void test_gives_way_in_a_turn(void **state)
{
	enum { MANY = 600 };
	struct chore_trouble trouble;
	struct roost_call *call;
	struct house house;
	int r;
	(void)state;
	begin(&house);
	enter(&house, true);
	struct store *store = roost_container_of(house.backend, struct store, base);
	assert_int_equal(roost_call_create(&call, 0), 0);
	local_chores_wait(store->chores);
	local_chores_set_quiet(store->chores, NEVER, NEVER);
	append_plain(&house, MANY);
	assert_true(local_chores_wait_put_off(store->chores));
	/* The thread waits: this one does its work. */
	assert_int_equal(local_text_fill(store->accounts[0], call, &trouble), 1);
	assert_int_equal(known(&house), 0);
	local_chores_set_quiet(store->chores, 0, 0);
	do { /* turns are short */
		r = local_text_fill(store->accounts[0], call, &trouble);
	} while (r == 1);
	assert_int_equal(r, 0);
	assert_int_equal(known(&house), MANY);
	roost_call_destroy(call);
	leave(&house);
	end(&house);
}

static off_t log_size(struct house *house)
{
	struct stat log;
	return stat(path_in(house, "search.db-wal"), &log) == 0 ? log.st_size : 0;
}

/* Who opens search.db need not read a long log; one that could not be emptied, or that somebody who died has left, is
 * emptied at the next turn. */
static void test_log(void **state)
{
	enum { LONG = 128 * 1024 };
	struct house house;
	sqlite3 *reader;
	(void)state;
	begin(&house);
	enter(&house, true);
	append_random(&house, 1);
	local_chores_wait(chores_of(house.backend));
	assert_int_equal(known(&house), 1);
	assert_int_equal(
		sqlite3_open_v2(path_in(&house, "search.db"), &reader, SQLITE_OPEN_READWRITE, NULL),
		SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(reader, "BEGIN; SELECT * FROM cover", NULL, NULL, NULL), SQLITE_OK);
	append_random(&house, MAILS);
	local_chores_wait(chores_of(house.backend));
	assert_in_range(log_size(&house), LONG + 1, INT32_MAX);
	expect_same_results(&house, 20);
	assert_int_equal(sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_db_config(reader, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_close(reader);
	leave(&house);
	assert_in_range(log_size(&house), LONG + 1, INT32_MAX);

	enter(&house, true);
	local_chores_wait(chores_of(house.backend));
	assert_in_range(log_size(&house), 0, LONG);
	expect_same_results(&house, 20);
	append_random(&house, MAILS);
	local_chores_wait(chores_of(house.backend));
	assert_in_range(log_size(&house), 0, LONG);
	expect_same_results(&house, 20);
	assert_in_range(known(&house), MAILS, 2 * MAILS + 1);
	leave(&house);
	end(&house);
}

/* A store without an index leaves that of another alone. */
static void test_not_wanted(void **state)
{
	struct house house;
	struct driver *mail;
	struct text_index *index = NULL;
	(void)state;
	begin(&house);
	enter(&house, true);
	append_random(&house, MAILS);
	local_chores_wait(chores_of(house.backend));
	struct account *account = local_store_find_account(
		roost_container_of(house.backend, struct store, base), "anna");
	assert_non_null(account);
	assert_int_equal(local_store_begin_op(account, house.anna.call), 0);
	assert_int_equal(local_account_take_reader(account, house.anna.call, &mail), 0);
	assert_int_equal(local_text_reader_take(account, mail, &index), 0);
	local_text_reader_put(account, index, 0);
	account->store->options.no_text_index = true;
	assert_int_equal(local_text_reader_take(account, mail, &index), ROOST_ERR_NOT_SUPPORTED);
	local_account_put_reader(account, mail);
	local_store_end_op(account);
	local_store_put_account(account);
	expect_same_results(&house, 20);
	leave(&house);
	end(&house);
}

/* Two stores on one folder, as two processes would be: each finds all, and one at a time fills. */
static void test_two(void **state)
{
	struct house one, two;
	(void)state;
	begin(&one);
	two = one;
	enter(&one, true);
	enter(&two, true);
	for (unsigned i = 0; i < 6; i++) {
		append_random(i % 2 == 0 ? &one : &two, 10);
		expect_same_results(&one, 10);
		expect_same_results(&two, 10);
	}
	local_chores_wait(chores_of(one.backend));
	local_chores_wait(chores_of(two.backend));
	assert_in_range(known(&one), 55, 60);
	wait_for_mail(&one, 60);
	wait_for_mail(&two, 60);
	expect_same_results(&one, 30);
	expect_same_results(&two, 30);
	leave(&one);
	leave(&two);
	end(&one);
}

/* Whoever wants none has none. */
static void test_without(void **state)
{
	struct house house;
	(void)state;
	begin(&house);
	const struct roost_local_options options = {
		.size = offsetof(struct roost_local_options, no_text_index),
	};
	assert_true(options.size < sizeof(options)); /* older callers have one */
	enter(&house, true);
	append_random(&house, 30);
	local_chores_wait(chores_of(house.backend));
	struct store *store = roost_container_of(house.backend, struct store, base);
	local_chores_destroy(store->chores);
	store->chores = NULL;
	append_random(&house, 3);
	expect_same_results(&house, 50);
	leave(&house);
	end(&house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_results),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_deleted),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_not_writable),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_mostly_gone),
		cmocka_unit_test(test_crowded),
		cmocka_unit_test(test_gives_way),
		cmocka_unit_test(test_gives_way_in_a_turn),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_without),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_not_wanted),
	};
	return cmocka_run_group_tests_name("local/search", tests, NULL, NULL);
}
