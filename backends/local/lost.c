/* lost.c - messages that are nowhere, or in a mailbox that is not there, get a place where their user
 * finds them. */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bodies.h"
#include "folder.h"
#include "rows.h"
#include "thread.h"

#define LOST "lost+found"
/* The first mailbox of every user. */
#define INBOX_ID 1

static int subscribe(struct checking *checking, const char *name)
{
	static const char *const statements[] = {
		"DELETE FROM subscription WHERE name = ?",
		"INSERT INTO subscription (name) VALUES (?)",
	};
	int r = 0;
	for (size_t i = 0; r == 0 && i < 2; i++) {
		struct driver_statement *s;
		r = local_driver_prepare(checking->care.db, statements[i], &s);
		if (r == 0) {
			local_driver_bind_text(s, name, strlen(name));
			r = local_driver_run(s);
		}
	}
	return r;
}

int local_lost_make_mailbox(struct checking *checking, int64_t id, const char *name)
{
	struct driver *db = checking->care.db;
	struct driver_statement *s;
	struct account_row account;
	int r = local_account_row_read(db, &account);
	if (r == 0) {
		r = local_driver_prepare(db,
			"INSERT INTO mailbox (id, name, special_use, uid_validity, uid_next,"
			" modseq, recent_from, messages, unseen, deleted, octets, deleted_octets,"
			" forgotten, expunged) VALUES (?, ?, 0, ?, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)",
			&s);
	}
	if (r < 0) {
		return r;
	}
	account.mailbox += id == 0;
	account.uid_validity =
		account.uid_validity < checking->now ? checking->now : account.uid_validity + 1;
	local_driver_bind_number(s, id == 0 ? account.mailbox : id);
	local_driver_bind_text(s, name, strlen(name));
	local_driver_bind_number(s, account.uid_validity);
	r = local_driver_run(s);
	if (r == 0) {
		r = local_account_row_write(db, &account);
	}
	return r == 0 ? subscribe(checking, name) : r;
}

/* What the counts and numbers of a mailbox are, by its messages. */
static int recount(struct checking *checking, int64_t id)
{
	static const char *const statements[] = {
		"UPDATE mailbox SET uid_next = (SELECT MAX(uid) + 1 FROM message WHERE mailbox ="
		" mailbox.id), modseq = (SELECT MAX(modseq) FROM message WHERE mailbox ="
		" mailbox.id) WHERE id = ?",
		"UPDATE mailbox SET messages = (SELECT COUNT(*) FROM message WHERE mailbox ="
		" mailbox.id), unseen = (SELECT COUNT(*) FROM message WHERE mailbox = mailbox.id"
		" AND (flags & 1) = 0), deleted = (SELECT COUNT(*) FROM message WHERE mailbox ="
		" mailbox.id AND (flags & 8) <> 0) WHERE id = ?",
		"UPDATE mailbox SET octets = (SELECT COALESCE(SUM(octets), 0) FROM message WHERE"
		" mailbox = mailbox.id), deleted_octets = (SELECT COALESCE(SUM(octets), 0) FROM"
		" message WHERE mailbox = mailbox.id AND (flags & 8) <> 0), expunged = (SELECT"
		" COUNT(*) FROM expunged WHERE mailbox = mailbox.id), forgotten = modseq WHERE id"
		" = ?",
	};
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof(statements) / sizeof(statements[0]); i++) {
		r = local_check_run(checking, statements[i], &id, 1);
	}
	return r;
}

int local_lost_mailboxes(struct checking *checking)
{
	int64_t inbox = 0;
	struct check_rows rows = { .list = NULL };
	bool repair = checking->options.repair;
	int r = local_check_collect(checking,
		"SELECT m.mailbox, 0, COUNT(*), 0 FROM message m LEFT JOIN mailbox b ON b.id ="
		" m.mailbox WHERE b.id IS NULL GROUP BY m.mailbox",
		&rows);
	if (r == 0) {
		r = local_care_number(
			checking->care.db, "SELECT id FROM mailbox WHERE name = 'INBOX'", &inbox);
	}
	for (size_t i = 0; r == 0 && i < rows.count; i++) {
		int64_t id = rows.list[i][0];
		char name[64], where[64];
		if (id == INBOX_ID && inbox == 0) {
			(void)snprintf(name, sizeof(name), "INBOX");
		} else {
			(void)snprintf(name, sizeof(name), LOST "-%" PRId64, id);
		}
		(void)snprintf(where, sizeof(where), "mailbox %" PRId64, id);
		if (repair) {
			r = local_lost_make_mailbox(checking, id, name);
			if (r == 0) {
				r = recount(checking, id);
			}
		}
		if (r == 0) {
			local_check_tell(checking, CHECK_MAILBOX_LOST, repair, where,
				"it is not there, but %" PRId64 " messages are in it",
				rows.list[i][2]);
		}
	}
	local_check_rows_clear(&rows);
	return r;
}

/* The thread of an email that has none. */
static int join_thread(
	struct checking *checking, int64_t email, int64_t *numbered, int64_t *thread_out)
{
	struct driver *db = checking->care.db;
	struct driver_statement *s;
	int64_t thread = 0;
	int r = local_driver_prepare(db,
		"SELECT e.thread, o.bytes FROM email e LEFT JOIN outline o ON o.email = e.id WHERE"
		" e.id = ?",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, email);
	r = local_driver_step(s);
	if (r == 1) {
		struct roost_text outline = local_driver_bytes(s, 1);
		thread = local_driver_number(s, 0);
		r = thread > 0 ? 0
			       : local_thread_join(
					 db, email, outline.bytes, outline.size, numbered, &thread);
	}
	local_driver_done(s);
	if (r == 0) {
		*thread_out = thread > 0 ? thread : email;
	}
	return r;
}

/* Put an email that is nowhere into lost+found. */
static int adopt(struct checking *checking, int64_t email, int64_t octets)
{
	struct driver *db = checking->care.db;
	struct roost_call *call = checking->care.call;
	struct mailbox_row row;
	struct account_row account;
	struct entry entry = {
		.email = email,
		.octets = (uint64_t)(octets < 0 ? 0 : octets),
		.date = checking->now,
		.saved = checking->now,
	};
	int64_t id = 0;
	int r = local_care_number(db, "SELECT id FROM mailbox WHERE name = '" LOST "'", &id);
	if (r == 0 && id == 0) {
		r = local_lost_make_mailbox(checking, 0, LOST);
	}
	if (r == 0) {
		r = local_mailbox_row_read(db, call, LOST, 0, &row);
	}
	if (r == 0) {
		r = local_message_row_number(&row, call, 0, &entry.uid);
	}
	if (r < 0) {
		return r;
	}
	entry.modseq = ++row.modseq;
	r = local_account_row_read(db, &account);
	if (r == 0) {
		r = join_thread(checking, email, &account.message_ids, &entry.thread);
	}
	if (r == 0) {
		r = local_message_row_insert(db, row.id, &entry);
	}
	if (r == 0) {
		local_mailbox_row_count(&row, &entry, 1);
		r = local_mailbox_row_write(db, &row);
	}
	const int64_t numbers[] = { entry.thread, email };
	if (r == 0) {
		r = local_check_run(
			checking, "UPDATE email SET refs = 1, thread = ? WHERE id = ?", numbers, 2);
	}
	if (r == 0) {
		account.octets += (int64_t)entry.octets;
		r = local_account_row_write(db, &account);
	}
	return r;
}

/* Emails that no message has. */
int local_lost_emails(struct checking *checking)
{
	struct check_rows rows = { .list = NULL };
	bool repair = checking->options.repair;
	int r = local_check_collect(checking,
		"SELECT 0, 0, e.id, e.octets FROM email e LEFT JOIN (SELECT DISTINCT email FROM"
		" message) m ON m.email = e.id WHERE m.email IS NULL",
		&rows);
	for (size_t i = 0; r == 0 && i < rows.count; i++) {
		r = repair ? adopt(checking, rows.list[i][2], rows.list[i][3]) : 0;
		if (r == 0) {
			local_check_tell(checking, CHECK_EMAIL_UNUSED, repair, NULL,
				"email %" PRId64 " of %" PRId64 " octets is in no mailbox",
				rows.list[i][2], rows.list[i][3]);
		}
	}
	local_check_rows_clear(&rows);
	return r;
}

int local_lost_insert_email(struct checking *checking, const struct check_email *email)
{
	const int64_t numbers[] = { email->id, email->octets, (int64_t)email->digest,
		email->in_file, email->pack, email->pack_at };
	int r = local_check_run(checking,
		"INSERT INTO email (id, refs, octets, digest, in_file, thread, pack, pack_at)"
		" VALUES (?, 1, ?, ?, ?, 0, ?, ?)",
		numbers, 6);
	const int64_t counter[] = { email->id, email->id };
	return r < 0 ? r
		     : local_check_run(checking,
			       "UPDATE account SET email = ? WHERE id = 1 AND email < ?", counter,
			       2);
}

/* Bytes in the database that no email has: they get one, which is in lost+found if no message has
 * it. */
static int restore_email(struct checking *checking, int64_t id)
{
	struct driver_statement *s;
	struct roost_content *content = NULL;
	struct check_email email = { .id = id };
	int r = local_driver_prepare(
		checking->care.db, "SELECT bytes FROM body WHERE email = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, id);
	r = local_driver_step(s);
	if (r == 1) {
		struct roost_text bytes = local_driver_bytes(s, 0);
		email.octets = (int64_t)bytes.size;
		r = roost_content_create_borrowed(bytes.bytes, bytes.size, NULL, NULL, &content);
		if (r == 0) {
			r = local_bodies_digest(content, &email.digest);
			roost_content_unref(content);
		}
	}
	local_driver_done(s);
	return r < 0 ? r : local_lost_insert_email(checking, &email);
}

int local_lost_bytes(struct checking *checking)
{
	struct check_rows rows = { .list = NULL };
	bool repair = checking->options.repair;
	int r = local_check_collect(checking,
		"SELECT 0, 0, b.email, 0 FROM body b LEFT JOIN email e ON e.id = b.email WHERE"
		" e.id IS NULL",
		&rows);
	for (size_t i = 0; r == 0 && i < rows.count; i++) {
		r = repair ? restore_email(checking, rows.list[i][2]) : 0;
		if (r == 0) {
			local_check_tell(checking, CHECK_BODY_LEFT_OVER, repair, NULL,
				"there are bytes of email %" PRId64 ", which is not there",
				rows.list[i][2]);
		}
	}
	local_check_rows_clear(&rows);
	return r;
}

int local_lost_file(struct checking *checking, int64_t id)
{
	struct roost_content *content = NULL;
	struct stat is;
	struct check_email email = { .id = id, .in_file = true };
	char name[32];
	(void)snprintf(name, sizeof(name), "%016" PRIx64, (uint64_t)id);
	char *path = local_folder_join(checking->care.bodies, name);
	int r = path == NULL           ? ROOST_ERR_NO_MEMORY
		: lstat(path, &is) < 0 ? ROOST_ERR_CORRUPT
				       : local_bodies_get(checking->care.bodies, (uint64_t)id,
						 (uint64_t)is.st_size, &content);
	free(path);
	if (r < 0) {
		return r;
	}
	email.octets = (int64_t)content->size;
	r = local_bodies_digest(content, &email.digest);
	roost_content_unref(content);
	return r < 0 ? r : local_lost_insert_email(checking, &email);
}
