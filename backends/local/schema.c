/* schema.c - the tables of mail.db, and how older ones become the newest. */
#include "schema.h"

#include <stdio.h>

#include <roost/error.h>

#include "thread.h"

/* What makes version 1 of an empty database.
 *
 * account    one row: the numbers given last, the octets of all messages, when it was made
 * mailbox    the mailboxes with what is counted about their messages. Messages from `recent_from`
 *            on are recent; what was expunged is known since `forgotten`
 * message    which email is where, with what can change. Narrow, as flagging rewrites it
 * email      what never changes, shared by its copies: how many there are, the size and the digest
 *            of the bytes, and whether they are in a file
 * outline    of an email
 * body       of an email that is in no file, nor in a pack
 * keyword    the spellings that a mailbox knows, by the name in lower case
 * expunged   which UIDs went at which modseq */
static const char *const version_1[] = {
	"CREATE TABLE account (id INTEGER PRIMARY KEY, mailbox BIGINT NOT NULL,"
	" email BIGINT NOT NULL, uid_validity BIGINT NOT NULL, octets BIGINT NOT NULL,"
	" made BIGINT NOT NULL)",
	"CREATE TABLE mailbox (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	" special_use INTEGER NOT NULL, uid_validity BIGINT NOT NULL, uid_next BIGINT NOT NULL,"
	" modseq BIGINT NOT NULL, recent_from BIGINT NOT NULL, messages BIGINT NOT NULL,"
	" unseen BIGINT NOT NULL, deleted BIGINT NOT NULL, octets BIGINT NOT NULL,"
	" deleted_octets BIGINT NOT NULL, forgotten BIGINT NOT NULL,"
	" expunged BIGINT NOT NULL) $CLUSTERED",
	"CREATE TABLE message (mailbox BIGINT NOT NULL, uid BIGINT NOT NULL, email BIGINT NOT NULL,"
	" flags INTEGER NOT NULL, keywords TEXT, modseq BIGINT NOT NULL, saved BIGINT NOT NULL,"
	" octets BIGINT NOT NULL, date BIGINT NOT NULL, zone INTEGER NOT NULL,"
	" PRIMARY KEY (mailbox, uid)) $CLUSTERED",
	"CREATE TABLE email (id BIGINT NOT NULL PRIMARY KEY, refs BIGINT NOT NULL,"
	" octets BIGINT NOT NULL, digest BIGINT NOT NULL, in_file INTEGER NOT NULL) $CLUSTERED",
	"CREATE TABLE outline (email $ID PRIMARY KEY, bytes $BYTES NOT NULL)",
	"CREATE TABLE body (email $ID PRIMARY KEY, bytes $BYTES NOT NULL)",
	"CREATE TABLE keyword (mailbox BIGINT NOT NULL, folded TEXT NOT NULL, name TEXT NOT NULL,"
	" PRIMARY KEY (mailbox, folded)) $CLUSTERED",
	"CREATE TABLE expunged (mailbox BIGINT NOT NULL, modseq BIGINT NOT NULL,"
	" first BIGINT NOT NULL, last BIGINT NOT NULL,"
	" PRIMARY KEY (mailbox, modseq, first)) $CLUSTERED",
	"CREATE TABLE subscription (name TEXT NOT NULL PRIMARY KEY) $CLUSTERED",
	NULL,
};

/* What version 2 adds: threads.
 *
 * message_id  the thread in which an email of that Message-ID is, or must be when it comes; numbered
 *             in the order they became known, so that the oldest can be forgotten. The account has
 *             the last number
 * thread      of an email, and of its messages, so that a mailbox is read without its emails */
static const char *const version_2[] = {
	"ALTER TABLE account ADD COLUMN message_ids BIGINT NOT NULL DEFAULT 0",
	"ALTER TABLE email ADD COLUMN thread BIGINT NOT NULL DEFAULT 0",
	"ALTER TABLE message ADD COLUMN thread BIGINT NOT NULL DEFAULT 0",
	"CREATE TABLE message_id (id $BYTES NOT NULL PRIMARY KEY, thread BIGINT NOT NULL,"
	" number BIGINT NOT NULL) $CLUSTERED",
	NULL,
};

/* What version 3 adds: packs.
 *
 * email   the pack that has the bytes, and where in it their record begins; 0: they are in a file
 *         or in the table body
 * pack    how much of it was written, and how much of that are records that emails need: a pack
 *         without such has no row, and goes */
static const char *const version_3[] = {
	"ALTER TABLE email ADD COLUMN pack BIGINT NOT NULL DEFAULT 0",
	"ALTER TABLE email ADD COLUMN pack_at BIGINT NOT NULL DEFAULT 0",
	"CREATE TABLE pack (id BIGINT NOT NULL PRIMARY KEY, size BIGINT NOT NULL,"
	" live BIGINT NOT NULL) $CLUSTERED",
	NULL,
};

/* What version 4 adds: changes of flags beside the messages, see flagging.h. */
static const char *const version_4[] = {
	"CREATE TABLE flagging (mailbox BIGINT NOT NULL, modseq BIGINT NOT NULL,"
	" first BIGINT NOT NULL, last BIGINT NOT NULL, kept INTEGER NOT NULL,"
	" added INTEGER NOT NULL, replaced INTEGER NOT NULL, keywords TEXT,"
	" PRIMARY KEY (mailbox, modseq, first)) $CLUSTERED",
	NULL,
};

/* The steps from each version to the next: tables, and what they must be filled with. */
static const struct {
	const char *const *tables;
	int (*fill)(struct driver *driver); /* may be NULL */
} steps[SCHEMA_VERSION] = {
	{ version_1, NULL },
	{ version_2, local_thread_fill },
	{ version_3, NULL },
	{ version_4, NULL },
};

static int run_numbers(struct driver *driver, const char *sql, int64_t a, int64_t b)
{
	struct driver_statement *statement;
	int r = local_driver_prepare(driver, sql, &statement);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(statement, a);
	local_driver_bind_number(statement, b);
	return local_driver_run(statement);
}

/* The rows that a new store begins with: the account, and INBOX. */
static int fill(struct driver *driver, int64_t now)
{
	int r = run_numbers(driver,
		"INSERT INTO account (id, mailbox, email, uid_validity, octets, made)"
		" VALUES (1, 1, 0, ?, 0, ?)",
		now, now);
	if (r == 0) {
		r = run_numbers(driver,
			"INSERT INTO mailbox (id, name, special_use, uid_validity, uid_next, "
			"modseq,"
			" recent_from, messages, unseen, deleted, octets, deleted_octets, "
			"forgotten,"
			" expunged) VALUES (1, 'INBOX', 0, ?, 1, 1, ?, 0, 0, 0, 0, 0, 0, 0)",
			now, 1);
	}
	return r;
}

static int migrate(struct driver *driver, int64_t now)
{
	unsigned version = SCHEMA_VERSION;
	int r = local_driver_begin(driver);
	if (r == 0) {
		r = local_driver_schema_version(driver, &version); /* others may have been faster */
	}
	for (unsigned from = version; r == 0 && from < SCHEMA_VERSION; from++) {
		for (size_t i = 0; r == 0 && steps[from].tables[i] != NULL; i++) {
			r = local_driver_define(driver, steps[from].tables[i]);
		}
		if (r == 0 && steps[from].fill != NULL) {
			r = steps[from].fill(driver);
		}
	}
	if (r == 0 && version == 0) {
		r = fill(driver, now);
	}
	if (r == 0 && version < SCHEMA_VERSION) {
		r = local_driver_set_schema_version(driver, SCHEMA_VERSION);
	}
	return r == 0 ? local_driver_commit(driver) : r;
}

int local_schema_migrate(struct driver *driver, int64_t now, char *text_out, size_t text_size)
{
	unsigned version = 0;
	int r = local_driver_schema_version(driver, &version);
	if (r == 0 && version > SCHEMA_VERSION) {
		(void)snprintf(text_out, text_size,
			"a newer roost has written it (schema %u, this one knows up to %u): use "
			"the "
			"newer one",
			version, SCHEMA_VERSION);
		return ROOST_ERR_UNAVAILABLE;
	}
	if (r == 0 && version < SCHEMA_VERSION) {
		r = migrate(driver, now);
	}
	if (r < 0) {
		(void)snprintf(text_out, text_size, "%s", local_driver_text(driver));
		local_driver_rollback(driver);
	}
	return r;
}
