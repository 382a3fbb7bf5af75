/* check.c - looking whether a user's mail is there as it was stored. */
#include "check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <roost/error.h>

#include "files.h"
#include "salvage.h"
#include "schema.h"

struct mailbox_name {
	int64_t id;
	char *name;
};

/* How grave each kind is, and what becomes of it. */
static const struct {
	const char *what;
	enum roost_local_severity severity;
	const char *mend;
	const char *remedy;
} kinds[] = {
	[CHECK_NO_DATABASE] = { "database-missing", ROOST_LOCAL_LOSS,
		"make a new one, with the messages that are in files in the mailbox lost+found",
		"restore the user from a backup; else use --repair" },
	[CHECK_DATABASE] = { "database-damaged", ROOST_LOCAL_LOSS,
		"save what can be read into a new one, and keep the old one beside it",
		"restore the user from a backup; else use --repair" },
	[CHECK_SAVED] = { "database-saved", ROOST_LOCAL_NOTE, NULL, NULL },
	[CHECK_NEWER_SCHEMA] = { "schema-newer", ROOST_LOCAL_WRONG, NULL, "use the newer roost" },
	[CHECK_OLDER_SCHEMA] = { "schema-older", ROOST_LOCAL_NOTE, "bring it up to date", NULL },
	[CHECK_LOG] = { "log-damaged", ROOST_LOCAL_LOSS, NULL, "restore the user from a backup" },
	[CHECK_FILE_UNKNOWN] = { "file-unknown", ROOST_LOCAL_WRONG,
		"move it to the folder lost+found beside mail.db", NULL },
	[CHECK_FILE_UNFINISHED] = { "file-unfinished", ROOST_LOCAL_WRONG, "remove it", NULL },
	[CHECK_BODY_LEFT_OVER] = { "body-left-over", ROOST_LOCAL_WRONG,
		"put it into the mailbox lost+found", NULL },
	[CHECK_BODY_TO_SWEEP] = { "body-to-sweep", ROOST_LOCAL_NOTE,
		"put it into the mailbox lost+found", "nothing: the next who signs in removes it" },
	[CHECK_BODY_MISSING] = { "body-missing", ROOST_LOCAL_LOSS, NULL,
		"restore it from a backup, or delete the message" },
	[CHECK_BODY_SIZE] = { "body-size", ROOST_LOCAL_LOSS, NULL,
		"restore it from a backup, or delete the message" },
	[CHECK_BODY_CHANGED] = { "body-changed", ROOST_LOCAL_LOSS, NULL,
		"restore it from a backup, or delete the message" },
	[CHECK_BODY_UNREADABLE] = { "body-unreadable", ROOST_LOCAL_LOSS, NULL,
		"see the kernel's log for errors of the disk" },
	[CHECK_BODY_PLACE] = { "body-place", ROOST_LOCAL_WRONG, "note where they are", NULL },
	[CHECK_BODY_TWICE] = { "body-twice", ROOST_LOCAL_WRONG,
		"keep them where they are looked for", NULL },
	[CHECK_PACK_MISSING] = { "pack-missing", ROOST_LOCAL_LOSS, NULL,
		"restore it from a backup, or delete the messages" },
	[CHECK_PACK_SHORT] = { "pack-short", ROOST_LOCAL_LOSS, NULL,
		"restore it from a backup, or delete the messages" },
	[CHECK_PACK_HEADER] = { "pack-header", ROOST_LOCAL_WRONG,
		"put its messages into the database", NULL },
	[CHECK_PACK_RECORD] = { "pack-record", ROOST_LOCAL_WRONG,
		"put the message into the database", NULL },
	[CHECK_PACK_ROW] = { "pack-row", ROOST_LOCAL_WRONG, "put it right", NULL },
	[CHECK_PACK_LEFT_OVER] = { "pack-left-over", ROOST_LOCAL_WRONG,
		"remove it, or move it to the folder lost+found when any message lacks its bytes",
		NULL },
	[CHECK_PACK_TO_SWEEP] = { "pack-to-sweep", ROOST_LOCAL_NOTE, "remove it",
		"nothing: the next who signs in removes it" },
	[CHECK_OUTLINE_MISSING] = { "outline-missing", ROOST_LOCAL_WRONG, "make it", NULL },
	[CHECK_OUTLINE_OLD] = { "outline-old", ROOST_LOCAL_WRONG, "make it anew", NULL },
	[CHECK_OUTLINE_WRONG] = { "outline-wrong", ROOST_LOCAL_WRONG, "make it anew", NULL },
	[CHECK_EMAIL_MISSING] = { "email-missing", ROOST_LOCAL_LOSS,
		"make it anew if a pack has its bytes, or take the message out of the mailbox",
		NULL },
	[CHECK_EMAIL_UNUSED] = { "email-unused", ROOST_LOCAL_WRONG,
		"put it into the mailbox lost+found", NULL },
	[CHECK_EMAIL_PLACES] = { "email-places", ROOST_LOCAL_WRONG, "count them anew", NULL },
	[CHECK_MAILBOX_LOST] = { "mailbox-lost", ROOST_LOCAL_WRONG,
		"make it again as lost+found with its number, or as INBOX if it was that", NULL },
	[CHECK_INBOX_MISSING] = { "inbox-missing", ROOST_LOCAL_WRONG, "make an empty one", NULL },
	[CHECK_MAILBOX_NAME] = { "mailbox-name", ROOST_LOCAL_WRONG,
		"rename it to lost+found with its number", NULL },
	[CHECK_SUBSCRIPTION] = { "subscription", ROOST_LOCAL_WRONG, "remove it", NULL },
	[CHECK_UID_VALIDITY] = { "uid-validity", ROOST_LOCAL_WRONG, "give it a new one", NULL },
	[CHECK_NUMBERS] = { "numbers", ROOST_LOCAL_WRONG, "put it right", NULL },
	[CHECK_COUNTS] = { "counts", ROOST_LOCAL_WRONG, "count anew", NULL },
	[CHECK_MESSAGE] = { "message", ROOST_LOCAL_WRONG, "put it right", NULL },
	[CHECK_FLAGS] = { "flags", ROOST_LOCAL_WRONG, "put them right", NULL },
	[CHECK_KEYWORDS] = { "keywords", ROOST_LOCAL_WRONG, "put them right", NULL },
	[CHECK_EXPUNGED] = { "expunged", ROOST_LOCAL_WRONG,
		"forget it, so that clients look at all messages once", NULL },
	[CHECK_ORPHAN] = { "orphan", ROOST_LOCAL_WRONG, "remove it", NULL },
	[CHECK_SEARCH] = { "search-index", ROOST_LOCAL_NOTE,
		"remove the index, which is built anew", NULL },
};

void local_check_tell(struct checking *checking, enum check_kind kind, bool mended,
	const char *where, const char *format, ...)
{
	char text[512];
	if (checking->options.report == NULL) {
		return;
	}
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	const struct roost_local_finding finding = {
		.size = sizeof(finding),
		.severity = kinds[kind].severity,
		.what = kinds[kind].what,
		.where = where == NULL ? "mail.db" : where,
		.text = text,
		.remedy = kinds[kind].remedy,
		.mend = kinds[kind].mend,
		.mended = mended,
	};
	checking->options.report(checking->options.context, &finding);
}

static const char *name_of(const struct checking *checking, int64_t id)
{
	size_t low = 0, high = checking->name_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (checking->names[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < checking->name_count && checking->names[low].id == id
		       ? checking->names[low].name
		       : NULL;
}

void local_check_where(
	const struct checking *checking, int64_t mailbox, int64_t uid, char *where, size_t size)
{
	const char *name = name_of(checking, mailbox);
	int n = mailbox == 0   ? snprintf(where, size, "mail.db")
		: name != NULL ? snprintf(where, size, "%s", name)
			       : snprintf(where, size, "mailbox %" PRId64, mailbox);
	if (uid != 0 && n >= 0 && (size_t)n < size) {
		(void)snprintf(where + n, size - (size_t)n, ", UID %" PRId64, uid);
	}
}

static void clear_names(struct checking *checking)
{
	for (size_t i = 0; i < checking->name_count; i++) {
		free(checking->names[i].name);
	}
	free(checking->names);
	checking->names = NULL;
	checking->name_count = 0;
}

int local_check_read_names(struct checking *checking)
{
	struct driver_statement *s;
	size_t capacity = 0;
	clear_names(checking);
	int r = local_driver_prepare(
		checking->care.db, "SELECT id, name FROM mailbox ORDER BY id", &s);
	if (r < 0) {
		return r;
	}
	while ((r = local_driver_step(s)) == 1) {
		if (checking->name_count == capacity) {
			capacity = capacity * 2 + 16;
			struct mailbox_name *names =
				realloc(checking->names, capacity * sizeof(*names));
			if (names == NULL) {
				r = ROOST_ERR_NO_MEMORY;
				break;
			}
			checking->names = names;
		}
		struct roost_text text = local_driver_bytes(s, 1);
		struct mailbox_name *name = &checking->names[checking->name_count];
		name->id = local_driver_number(s, 0);
		name->name = strndup(text.bytes == NULL ? "" : text.bytes, text.size);
		if (name->name == NULL) {
			r = ROOST_ERR_NO_MEMORY;
			break;
		}
		checking->name_count++;
	}
	local_driver_done(s);
	return r;
}

int local_check_cancelled(struct checking *checking)
{
	return roost_call_cancelled(checking->care.call) ? ROOST_ERR_CANCELLED : 0;
}

/* What is wrong with the pages of the database: the first thing of all. */
struct pages {
	char text[256];
	unsigned count;
};

static void note_page(void *context, const char *text)
{
	struct pages *pages = context;
	if (pages->count++ == 0) {
		(void)snprintf(pages->text, sizeof(pages->text), "%s", text);
	}
}

/* Open the database, and look through its pages. Nothing is open when it is damaged. */
static int open_database(struct checking *checking, struct pages *pages)
{
	struct care *care = &checking->care;
	char text[256];
	bool repair = checking->options.repair;
	int r = repair ? local_driver_open(care->database, true, &care->db, text, sizeof(text))
		       : local_care_open(care);
	if (r == ROOST_ERR_CORRUPT) {
		note_page(pages, repair ? text : roost_call_text(care->call));
		roost_call_reset(care->call);
		return 0;
	}
	if (r < 0) {
		return repair ? roost_call_failf(care->call, r,
					"The database %s cannot be opened: %s", care->database,
					text)
			      : r;
	}
	r = repair ? local_driver_begin(care->db) : 0;
	if (r == 0) {
		r = local_driver_check(care->db, note_page, pages);
	}
	if (r == ROOST_ERR_CORRUPT) {
		note_page(pages, local_driver_text(care->db));
		r = 0;
	}
	if (r < 0) {
		return local_care_fail_database(care, care->db, r);
	}
	if (pages->count > 0) {
		local_driver_rollback(care->db);
		if (care->has_log) {
			local_driver_leave(care->db);
		}
		local_care_close(care, care->db);
		care->db = NULL;
	}
	return 0;
}

/* Save what can be read, and open that. */
static int replace_database(struct checking *checking)
{
	struct care *care = &checking->care;
	struct pages pages = { .count = 0 };
	char *aside = NULL;
	uint64_t messages = 0;
	int r = local_salvage(checking, &aside, &messages);
	if (r < 0) {
		return r;
	}
	local_check_tell(checking, CHECK_SAVED, false, NULL,
		"%" PRIu64 " messages were saved; the old database is %s", messages,
		local_files_are(aside) ? strrchr(aside, '/') + 1 : "missing");
	free(aside);
	r = open_database(checking, &pages);
	return r == 0 && pages.count > 0 ? roost_call_failf(care->call, ROOST_ERR_CORRUPT,
						   "The new database does not work: %s", pages.text)
					 : r;
}

/* 1 when the rows can be looked at. */
static int check_schema(struct checking *checking)
{
	struct care *care = &checking->care;
	unsigned version = 0;
	int r = local_driver_schema_version(care->db, &version);
	if (r < 0 || version == SCHEMA_VERSION) {
		return r < 0 ? r : 1;
	}
	if (version > SCHEMA_VERSION) {
		local_check_tell(checking, CHECK_NEWER_SCHEMA, false, NULL,
			"a newer roost has written it (schema %u, this one knows up to %u)",
			version, SCHEMA_VERSION);
		return 0;
	}
	if (checking->options.repair) {
		char text[256];
		local_driver_rollback(care->db);
		r = local_schema_migrate(care->db, checking->now, text, sizeof(text));
		if (r == 0) {
			r = local_driver_begin(care->db);
		}
	}
	if (r == 0) {
		local_check_tell(checking, CHECK_OLDER_SCHEMA, checking->options.repair, NULL,
			"an older roost has written it (schema %u, now it is %u): what is in it "
			"is looked at once it is up to date, which signing in does too",
			version, SCHEMA_VERSION);
	}
	return r < 0 ? r : checking->options.repair;
}

/* The number given last, before anything is put right. A salvage has told it. */
static int note_last_email(struct checking *checking)
{
	return checking->packs.salvaged
		       ? 0
		       : local_care_number(checking->care.db,
				 "SELECT MAX(email) FROM (SELECT email FROM account UNION ALL"
				 " SELECT MAX(id) FROM email)",
				 &checking->packs.last);
}

static int check_rows(struct checking *checking)
{
	/* What an earlier one puts right the later ones rely on. */
	static int (*const steps[])(struct checking * checking) = {
		note_last_email,
		local_check_read_names,
		local_check_account_rows,
		local_check_flaggings,
		local_lost_mailboxes,
		local_check_names,
		local_check_read_names,
		local_check_left_over,
		local_lost_bytes,
		local_check_packs,
		local_lost_packed,
		local_check_bodies,
		local_check_packs_settle,
		local_lost_emails,
		local_check_read_names,
		local_check_keywords,
		local_check_message_rows,
		local_check_still_left_over,
	};
	int r = 0;
	for (size_t i = 0; r == 0 && i < sizeof(steps) / sizeof(steps[0]); i++) {
		r = steps[i](checking);
	}
	return r;
}

/* What is wrong with the database as a whole; 1 when it can be looked into. */
static int look_at_database(struct checking *checking)
{
	struct care *care = &checking->care;
	struct pages pages = { .count = 0 };
	bool repair = checking->options.repair;
	if (!local_care_has_mail(care)) {
		return 0;
	}
	if (!local_care_has_database(care)) {
		local_check_tell(checking, CHECK_NO_DATABASE, repair, NULL,
			"it is missing, or empty: all mailboxes, and the messages in it, are lost");
	} else {
		int r = open_database(checking, &pages);
		if (r < 0 || pages.count == 0) {
			return r < 0 ? r : 1;
		}
		local_check_tell(
			checking, CHECK_DATABASE, repair, NULL, "it is damaged: %s", pages.text);
	}
	int r = repair ? replace_database(checking) : 0;
	return r < 0 ? r : repair;
}

static int check_database(struct checking *checking)
{
	struct care *care = &checking->care;
	int r = look_at_database(checking);
	if (r <= 0) {
		return r;
	}
	r = check_schema(checking);
	if (r == 1) {
		r = check_rows(checking);
	}
	if (r == 0 && checking->options.repair) {
		r = local_driver_commit(care->db);
		if (r == 0) {
			r = local_check_packs_remove(checking);
		}
	}
	return r < 0 && roost_call_text(care->call) == NULL
		       ? local_care_fail_database(care, care->db, r)
		       : r;
}

static int check(struct checking *checking)
{
	struct care *care = &checking->care;
	int r = local_care_need_user(care);
	if (r == 0) {
		r = local_check_files(checking);
	}
	if (r == 0) {
		r = local_check_search(checking);
	}
	return r == 0 ? check_database(checking) : r;
}

static int take_lock(struct checking *checking)
{
	int r = checking->options.repair ? local_care_own(&checking->care, &checking->lock)
					 : local_care_share(&checking->care, &checking->lock);
	if (r == 0) {
		checking->alone = checking->options.repair;
		/* A log that nobody uses is left of a power cut, too. */
		checking->died =
			checking->lock.alone && (checking->lock.died || checking->care.has_log);
		if (!checking->options.repair) {
			local_lock_settle(&checking->lock);
		}
	}
	return r;
}

int roost_local_check(struct roost_backend *backend, struct roost_call *call, const char *name,
	const struct roost_local_check_options *options)
{
	struct checking checking = {
		.now = (int64_t)time(NULL),
		.lock = LOCK_NONE,
		.packs.open.fd = -1,
	};
	if (options != NULL) {
		memcpy(&checking.options, options,
			options->size < sizeof(*options) ? options->size : sizeof(*options));
	}
	int r = local_care_begin(&checking.care, backend, call, name);
	if (r < 0) {
		return r;
	}
	r = take_lock(&checking);
	if (r == 0) {
		r = check(&checking);
		if (r == 0 && checking.options.repair) {
			checking.lock.died = false; /* what was left is put away */
		}
	}
	if (checking.care.db != NULL) {
		local_driver_rollback(checking.care.db);
	}
	clear_names(&checking);
	local_check_packs_clear(&checking.packs);
	local_care_end(&checking.care);
	local_care_leave(&checking.care, &checking.lock);
	return r;
}
