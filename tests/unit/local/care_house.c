/* care_house.c - a store whose user anna has messages in a pack, in mail.db and in a file. */
#include "care_house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bodies.h"

const char *house_path(struct house *house, const char *name)
{
	(void)snprintf(house->path, sizeof(house->path), "%s/users/%s/%s", house->folder,
		house->user, name);
	return house->path;
}

const char *house_bodies(struct house *house)
{
	return house_path(house, "bodies");
}

const char *house_pack_path(struct house *house, int64_t pack)
{
	char name[64];
	(void)snprintf(name, sizeof(name), "bodies/pack-%016llx", (unsigned long long)pack);
	return house_path(house, name);
}

size_t house_message(unsigned n, char *bytes)
{
	static const size_t sizes[] = { 100, 900, 40, 3000, 500, 60, 200, HOUSE_MESSAGE_MAX };
	size_t size = sizes[(n - 1) % HOUSE_MESSAGES];
	int head = snprintf(bytes, HOUSE_MESSAGE_MAX + 1, "Subject: %u\r\n\r\n", n);
	for (size_t i = (size_t)head; i < size; i++) {
		bytes[i] = (char)('a' + (i * 7 + n) % 26);
	}
	return size;
}

/* -- SQL */

sqlite3 *house_open(struct house *house)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(house_path(house, "mail.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(db, 60000), SQLITE_OK);
	return db;
}

void house_run_on(sqlite3 *db, const char *format, ...)
{
	char sql[1024];
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(sql, sizeof(sql), format, arguments);
	va_end(arguments);
	if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK) {
		fail_msg("%s: %s", sql, text);
	}
}

static int64_t ask_on(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *s;
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	int64_t answer = sqlite3_column_int64(s, 0);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return answer;
}

void house_run(struct house *house, const char *sql)
{
	sqlite3 *db = house_open(house);
	house_run_on(db, "%s", sql);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t house_ask(struct house *house, const char *sql)
{
	sqlite3 *db = house_open(house);
	int64_t answer = ask_on(db, sql);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

int64_t house_email(struct house *house, unsigned uid)
{
	char sql[128];
	(void)snprintf(
		sql, sizeof(sql), "SELECT email FROM message WHERE mailbox = 1 AND uid = %u", uid);
	return house_ask(house, sql);
}

/* -- packs */

static uint64_t digest_of(const char *bytes, size_t size)
{
	struct roost_content *content = NULL;
	uint64_t digest = 0;
	assert_int_equal(roost_content_create_copy(bytes, size, &content), 0);
	assert_int_equal(local_bodies_digest(content, &digest), 0);
	roost_content_unref(content);
	return digest;
}

uint64_t house_append_record(struct pack *pack, int64_t email, const char *bytes, size_t size)
{
	uint64_t at = pack->end;
	const struct pack_record of = {
		.email = (uint64_t)email,
		.octets = size,
		.digest = digest_of(bytes, size),
	};
	char *record = malloc(PACK_RECORD + size);
	assert_non_null(record);
	local_pack_write_header(pack, at, &of, record);
	memcpy(record + PACK_RECORD, bytes, size);
	assert_int_equal(local_pack_append(pack, record, PACK_RECORD + size), 0);
	free(record);
	return at;
}

int64_t house_make_pack(struct house *house, sqlite3 *db, struct pack *pack_out)
{
	house_run_on(db, "UPDATE account SET email = email + 1");
	int64_t id = ask_on(db, "SELECT email FROM account");
	assert_int_equal(local_pack_create(house_bodies(house), (uint64_t)id, pack_out), 0);
	return id;
}

static void count_pack(sqlite3 *db, int64_t id, const struct pack *pack)
{
	house_run_on(db,
		"INSERT INTO pack (id, size, live) SELECT %lld, %llu, SUM(octets + 32) FROM email"
		" WHERE pack = %lld HAVING COUNT(*) > 0",
		(long long)id, (unsigned long long)pack->end, (long long)id);
}

/* The email is in that pack from now on. */
static void move_to(struct pack *pack, sqlite3 *db, int64_t email, const char *bytes, size_t size)
{
	uint64_t at = house_append_record(pack, email, bytes, size);
	house_run_on(db, "UPDATE email SET pack = %llu, pack_at = %llu WHERE id = %lld",
		(unsigned long long)pack->id, (unsigned long long)at, (long long)email);
}

int64_t house_pack_up(struct house *house, int64_t last)
{
	sqlite3 *db = house_open(house);
	sqlite3_stmt *s;
	struct pack pack;
	house_run_on(db, "BEGIN IMMEDIATE");
	int64_t id = house_make_pack(house, db, &pack);
	assert_int_equal(sqlite3_prepare_v2(db,
				 "SELECT email, bytes FROM body WHERE email <= ? ORDER BY email",
				 -1, &s, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_bind_int64(s, 1, last), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		move_to(&pack, db, sqlite3_column_int64(s, 0), sqlite3_column_blob(s, 1),
			(size_t)sqlite3_column_bytes(s, 1));
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	house_run_on(db, "DELETE FROM body WHERE email <= %lld", (long long)last);
	assert_int_equal(local_pack_sync(&pack), 0);
	count_pack(db, id, &pack);
	house_run_on(db, "COMMIT");
	local_pack_close(&pack);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return id;
}

int64_t house_place(struct house *house, unsigned uid)
{
	char sql[128];
	(void)snprintf(sql, sizeof(sql), "SELECT pack_at FROM email WHERE id = %lld",
		(long long)house_email(house, uid));
	return house_ask(house, sql);
}

void house_compact(struct house *house)
{
	int64_t gone[256];
	size_t count = 0;
	sqlite3 *db = house_open(house);
	sqlite3_stmt *s;
	struct pack pack;
	house_run_on(db, "BEGIN IMMEDIATE");
	int64_t id = house_make_pack(house, db, &pack);
	assert_int_equal(sqlite3_prepare_v2(db,
				 "SELECT id, octets, pack, pack_at FROM email WHERE pack <> 0", -1,
				 &s, NULL),
		SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		size_t size = (size_t)sqlite3_column_int64(s, 1);
		char bytes[HOUSE_MESSAGE_MAX];
		int fd = -1;
		assert_int_equal(local_pack_open_reader(house_bodies(house),
					 (uint64_t)sqlite3_column_int64(s, 2), &fd),
			0);
		assert_int_equal(
			local_pack_read(fd, (uint64_t)sqlite3_column_int64(s, 3) + PACK_RECORD,
				bytes, size),
			0);
		assert_int_equal(close(fd), 0);
		move_to(&pack, db, sqlite3_column_int64(s, 0), bytes, size);
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT id FROM pack", -1, &s, NULL), SQLITE_OK);
	while (sqlite3_step(s) == SQLITE_ROW) {
		assert_true(count < 256);
		gone[count++] = sqlite3_column_int64(s, 0);
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	house_run_on(db, "DELETE FROM pack");
	count_pack(db, id, &pack);
	house_run_on(db, "COMMIT");
	local_pack_close(&pack);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(local_pack_drop(house_bodies(house), (uint64_t)gone[i]), 0);
	}
}

/* -- the store */

void house_expunge(struct local_session *anna, struct roost_mailbox *inbox, uint32_t uid)
{
	assert_int_equal(
		local_session_store(anna, inbox, uid, ROOST_FLAGS_ADD, ROOST_FLAG_DELETED, NULL),
		0);
	assert_int_equal(local_session_expunge(anna, inbox, uid), 0);
}

void house_with_inbox(struct house *house,
	void (*act)(struct local_session *anna, struct roost_mailbox *inbox, void *context),
	void *context)
{
	struct roost_backend *backend;
	struct local_session anna;
	assert_int_equal(local_session_open(house->folder, 0, 0, &backend), 0);
	assert_int_equal(local_session_login(&anna, backend, house->user), 0);
	struct roost_mailbox *inbox = local_session_select(&anna, "INBOX", false);
	assert_non_null(inbox);
	act(&anna, inbox, context);
	inbox->ops->close(inbox);
	local_session_logout(&anna);
	roost_backend_destroy(backend);
}

void house_fill(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	char bytes[HOUSE_MESSAGE_MAX + 1];
	(void)context;
	for (unsigned i = 1; i <= HOUSE_MESSAGES; i++) {
		size_t size = house_message(i, bytes);
		assert_int_equal(local_session_append(anna, inbox, bytes, size, NULL), 0);
	}
}

static void expunge_one(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	(void)context;
	house_expunge(anna, inbox, HOUSE_EXPUNGED);
}

void house_begin(struct house *house)
{
	memset(house, 0, sizeof(*house));
	house->user = "anna";
	local_folder_make(house->folder, sizeof(house->folder));
	house_with_inbox(house, house_fill, NULL);
	house->pack = house_pack_up(house, house_email(house, HOUSE_PACKED));
	house_with_inbox(house, expunge_one, NULL);
}

void house_end(struct house *house)
{
	local_folder_remove(house->folder);
}

/* Messages of a mailbox that read as they were stored. */
struct reading {
	const char *mailbox;
	unsigned good;
	bool seen[HOUSE_MESSAGES + 1];
};

static int read_one(void *context, const struct roost_message *message)
{
	struct reading *reading = context;
	char bytes[HOUSE_MESSAGE_MAX + 1], wanted[HOUSE_MESSAGE_MAX + 1];
	unsigned n = 0;
	int64_t size = (message->has & ROOST_MESSAGE_CONTENT) == 0
			       ? 0
			       : roost_content_read(message->content, 0, bytes, HOUSE_MESSAGE_MAX);
	if (size > 0) {
		bytes[size] = '\0';
		if (sscanf(bytes, "Subject: %u", &n) == 1 && n >= 1 && n <= HOUSE_MESSAGES &&
			house_message(n, wanted) == (size_t)size &&
			memcmp(bytes, wanted, (size_t)size) == 0 && !reading->seen[n]) {
			reading->seen[n] = true;
			reading->good++;
		}
	}
	return 0;
}

static void read_all(struct local_session *anna, struct roost_mailbox *inbox, void *context)
{
	struct reading *reading = context;
	struct roost_mailbox *mailbox = local_session_select(anna, reading->mailbox, true);
	(void)inbox;
	for (uint32_t uid = 1; mailbox != NULL && uid <= HOUSE_MESSAGES + 2; uid++) {
		struct roost_uid_range range = { uid, uid };
		const struct roost_uidset uids = { &range, 1, 1 };
		const struct roost_fetch_options options = {
			.size = sizeof(options),
			.fields = ROOST_MESSAGE_CONTENT,
		};
		(void)mailbox->ops->list_messages(
			mailbox, anna->call, &uids, &options, read_one, reading);
		roost_call_reset(anna->call);
	}
	if (mailbox != NULL) {
		mailbox->ops->close(mailbox);
	}
}

unsigned house_count_good(struct house *house, const char *mailbox)
{
	struct reading reading = { .mailbox = mailbox };
	house_with_inbox(house, read_all, &reading);
	return reading.good;
}

/* Keep the names in their order. */
static void take_finding(void *context, const struct roost_local_finding *finding)
{
	struct house *house = context;
	char names[64][32], all[2048];
	size_t count = 0;
	if (strcmp(finding->what, "outline-wrong") == 0) {
		return; /* local_session.c stores none that is right */
	}
	house->unmended += !finding->mended && finding->severity != ROOST_LOCAL_NOTE;
	(void)snprintf(all, sizeof(all), "%s %s", house->finds, finding->what);
	char *rest = all;
	for (char *name; (name = strtok_r(rest, " ", &rest)) != NULL && count < 64;) {
		size_t i = 0;
		while (i < count && strcmp(names[i], name) < 0) {
			i++;
		}
		if (i == count || strcmp(names[i], name) != 0) {
			memmove(names[i + 1], names[i], (count - i) * sizeof(names[0]));
			(void)snprintf(names[i], sizeof(names[0]), "%s", name);
			count++;
		}
	}
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		at += (size_t)snprintf(house->finds + at, sizeof(house->finds) - at, "%s%s",
			i > 0 ? " " : "", names[i]);
		assert_true(at < sizeof(house->finds));
	}
}

const char *house_check(struct house *house, bool repair)
{
	struct roost_backend *backend;
	struct roost_call *call = NULL;
	const struct roost_local_check_options options = {
		.size = sizeof(options),
		.repair = repair,
		.report = take_finding,
		.context = house,
	};
	house->finds[0] = '\0';
	house->unmended = 0;
	assert_int_equal(local_session_open(house->folder, 0, 0, &backend), 0);
	assert_int_equal(roost_call_create(&call, 0), 0);
	int r = roost_local_check(backend, call, house->user, &options);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(call));
	}
	roost_call_destroy(call);
	roost_backend_destroy(backend);
	return house->finds;
}

void house_backup(struct house *house, struct roost_backend *backend, bool copy)
{
	char destination[512];
	struct roost_call *call = NULL;
	const struct roost_local_backup_options options = {
		.size = sizeof(options),
		.replace = true,
		.copy = copy,
		.report = take_finding,
		.context = house,
	};
	house->finds[0] = '\0';
	(void)snprintf(destination, sizeof(destination), "%s/backup", house->folder);
	assert_int_equal(roost_call_create(&call, 0), 0);
	int r = roost_local_backup(backend, call, "anna", destination, &options);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(call));
	}
	roost_call_destroy(call);
}

void house_restore(struct house *house, struct roost_backend *backend, const char *user)
{
	char from[512];
	struct roost_call *call = NULL;
	const struct roost_local_restore_options options = { .size = sizeof(options),
		.replace = true };
	(void)snprintf(from, sizeof(from), "%s/backup/anna", house->folder);
	assert_int_equal(roost_call_create(&call, 0), 0);
	int r = roost_local_restore(backend, call, from, user, &options);
	if (r < 0) {
		fail_msg("%d: %s", r, roost_call_text(call));
	}
	roost_call_destroy(call);
}
