/* backup.c - copying a user's folder while others work in it.
 *
 * The bodies come first, which takes long and needs nobody to wait: they never change. Then, for a
 * moment in which nobody commits, the instant of the database is fixed and the bodies that came
 * meanwhile are taken; those it needs are all there, as only what follows a later commit removes
 * them. The database itself is copied after that, at leisure.
 *
 * Packs grow, so they are taken as far as the database counts them; in that moment they are opened
 * only, and what they lack is copied afterwards, from files that may have no name any more. */
#include "care.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_packs.h"
#include "bodies.h"
#include "files.h"
#include "folder.h"
#include "schema.h"

struct backup {
	struct care care;
	const struct roost_local_backup_options *options;
	char *place; /* where it is to be */
	char *made; /* where it is made */
	char *made_bodies;
	char *before_bodies; /* of the backup that it replaces */
	uint64_t done, total;
	bool telling; /* of bodies that are missing */
	struct backup_packs packs;
};

static void finish(struct backup *backup)
{
	local_backup_packs_finish(&backup->packs);
	local_care_end(&backup->care);
	free(backup->place);
	free(backup->made);
	free(backup->made_bodies);
	free(backup->before_bodies);
}

static int name_places(struct backup *backup, const char *destination)
{
	const char *name = strrchr(backup->care.folder, '/') + 1;
	backup->place = local_folder_join(destination, name);
	/* No user's folder begins with a dot. */
	if (asprintf(&backup->made, "%s/.%s.%ld", destination, name, (long)getpid()) < 0) {
		backup->made = NULL;
	}
	if (backup->place == NULL || backup->made == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	backup->made_bodies = local_folder_join(backup->made, "bodies");
	backup->before_bodies = local_folder_join(backup->place, "bodies");
	backup->packs = (struct backup_packs) {
		.from = backup->care.bodies,
		.to = backup->made_bodies,
		.before = backup->before_bodies,
		.copy = backup->options->copy,
	};
	return backup->made_bodies == NULL || backup->before_bodies == NULL ? ROOST_ERR_NO_MEMORY
									    : 0;
}

static int make_places(struct backup *backup, const char *destination)
{
	struct care *care = &backup->care;
	errno = 0;
	if (mkdir(destination, 0700) < 0 && errno != EEXIST) {
		return local_care_fail(
			care, local_folder_error(errno), "make the folder", destination);
	}
	if (local_files_are(backup->place) && !backup->options->replace) {
		return roost_call_failf(care->call, ROOST_ERR_MAILBOX_EXISTS,
			"There is a backup already in %s", backup->place);
	}
	int r = local_files_remove(backup->made);
	if (r == 0) {
		r = local_files_make_folder(backup->made);
	}
	if (r == 0) {
		r = local_files_make_folder(backup->made_bodies);
	}
	return r < 0 ? local_care_fail(care, r, "make the folder", backup->made) : 0;
}

static int tell_progress(void *context, uint64_t done, uint64_t total)
{
	struct backup *backup = context;
	(void)total;
	if (backup->options->progress != NULL) {
		backup->options->progress(
			backup->options->context, backup->done + done, backup->total);
	}
	return roost_call_cancelled(backup->care.call) ? ROOST_ERR_CANCELLED : 0;
}

static void tell_missing(struct backup *backup, const char *name, const char *why)
{
	char where[64], text[128];
	if (backup->options->report == NULL) {
		return;
	}
	(void)snprintf(where, sizeof(where), "bodies/%s", name);
	(void)snprintf(text, sizeof(text), "the bytes of a message %s, and so in the backup", why);
	const struct roost_local_finding finding = {
		.size = sizeof(finding),
		.severity = ROOST_LOCAL_LOSS,
		.what = "body-missing",
		.where = where,
		.text = text,
		.remedy = "see what roost check says of it",
	};
	backup->options->report(backup->options->context, &finding);
}

/* One body: from the backup before if that has it, by a link where there may be one, else a copy.
 * 1 when it is missing or not as large as it should be. */
static int take_body(struct backup *backup, int64_t email, int64_t octets)
{
	char name[32];
	struct stat is;
	(void)snprintf(name, sizeof(name), "%016" PRIx64, (uint64_t)email);
	char *from = local_folder_join(backup->care.bodies, name);
	char *to = local_folder_join(backup->made_bodies, name);
	char *before = local_folder_join(backup->before_bodies, name);
	int r = from == NULL || to == NULL || before == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0 && !local_files_are(to)) {
		bool same = local_files_look_alike(from, before);
		errno = 0;
		r = same                    ? local_files_link(before, to)
		    : backup->options->copy ? local_files_copy(from, to)
					    : local_files_link(from, to);
	}
	if (r == 0 && (lstat(to, &is) < 0 || is.st_size != octets)) {
		r = ROOST_ERR_CORRUPT;
	}
	if (r == ROOST_ERR_CORRUPT) {
		r = 1;
		if (backup->telling) {
			tell_missing(backup, name,
				local_files_are(to) ? "are not as many as they were"
						    : "are missing");
		}
	} else if (r < 0) {
		r = local_care_fail(&backup->care, r, "copy", from == NULL ? "a body" : from);
	}
	free(from);
	free(to);
	free(before);
	return r;
}

static int take_bodies(struct backup *backup, struct driver *db)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "SELECT id, octets FROM email WHERE in_file <> 0 ORDER BY id", &s);
	if (r < 0) {
		return local_care_fail_database(&backup->care, db, r);
	}
	backup->done = 0;
	while ((r = local_driver_step(s)) == 1) {
		int64_t octets = local_driver_number(s, 1);
		r = take_body(backup, local_driver_number(s, 0), octets);
		if (r >= 0) {
			backup->done += (uint64_t)(octets < 0 ? 0 : octets);
			r = tell_progress(backup, 0, 0);
		}
		if (r < 0) {
			local_driver_done(s);
			return r;
		}
	}
	local_driver_done(s);
	return r < 0 ? local_care_fail_database(&backup->care, db, r) : 0;
}

static bool has_packs(struct driver *db)
{
	unsigned version = 0;
	return local_driver_schema_version(db, &version) == 0 && version >= SCHEMA_PACKS;
}

/* `instant`: those that are needed, and no others. */
static int take_packs(struct backup *backup, struct driver *db, bool instant)
{
	struct care *care = &backup->care;
	struct driver_statement *s;
	if (!has_packs(db)) {
		return 0;
	}
	int r = local_driver_prepare(db, "SELECT id, size FROM pack ORDER BY id", &s);
	if (r < 0) {
		return local_care_fail_database(care, db, r);
	}
	while ((r = local_driver_step(s)) == 1) {
		int64_t id = local_driver_number(s, 0), size = local_driver_number(s, 1);
		errno = 0;
		r = instant ? local_backup_packs_hold(&backup->packs, id, size)
			    : local_backup_packs_take(&backup->packs, id, size);
		if (r < 0) {
			r = local_care_fail(care, r, "copy a pack from", care->bodies);
		} else {
			backup->done += (uint64_t)(size < 0 ? 0 : size);
			r = tell_progress(backup, 0, 0);
		}
		if (r < 0) {
			break;
		}
	}
	local_driver_done(s);
	return r;
}

static void tell_pack(void *context, int64_t id)
{
	char name[32];
	(void)snprintf(name, sizeof(name), "pack-%016" PRIx64, (uint64_t)id);
	tell_missing(context, name, "are missing, or of several");
}

/* What there will be to copy, as far as one can see. */
static void estimate(struct backup *backup, struct driver *db)
{
	int64_t octets = 0, packed = 0;
	uint64_t bytes = 0, free_bytes = 0;
	(void)local_care_number(db, "SELECT SUM(octets) FROM email WHERE in_file <> 0", &octets);
	if (has_packs(db)) {
		(void)local_care_number(db, "SELECT SUM(size) FROM pack", &packed);
	}
	(void)local_driver_sizes(db, &bytes, &free_bytes);
	backup->total =
		(uint64_t)(octets < 0 ? 0 : octets) + (uint64_t)(packed < 0 ? 0 : packed) + bytes;
}

/* Fix the instant, and have all bodies that it needs. */
static int fix_instant(struct backup *backup)
{
	struct care *care = &backup->care;
	struct driver *guard = NULL;
	int r = local_care_open_reader(care, care->database, &guard);
	if (r < 0) {
		return r;
	}
	local_driver_rollback(guard);
	r = local_driver_begin(guard);
	if (r < 0) {
		r = local_care_fail_database(care, guard, r);
	} else {
		r = local_care_open(care);
	}
	if (r == 0) {
		backup->telling = true;
		r = take_bodies(backup, care->db);
	}
	if (r == 0) {
		r = take_packs(backup, care->db, true);
	}
	local_driver_rollback(guard);
	local_care_close(care, guard);
	if (r == 0) {
		errno = 0;
		r = local_backup_packs_complete(&backup->packs, tell_pack, backup);
		r = r < 0 ? local_care_fail(care, r, "copy packs from", care->bodies) : 0;
	}
	return r;
}

static int is_needed(void *context, uint64_t email)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		context, "SELECT 1 FROM email WHERE id = ? AND in_file <> 0", &s);
	if (r == 0) {
		local_driver_bind_number(s, (int64_t)email);
		r = local_driver_step(s);
		local_driver_done(s);
	}
	return r;
}

/* What was taken early may have been expunged since: it would come back with a repair. */
static int drop_unneeded(struct backup *backup)
{
	struct care *care = &backup->care;
	errno = 0;
	int r = local_bodies_sweep(
		backup->made_bodies, local_bodies_read_name, is_needed, care->db);
	return r < 0 ? local_care_fail(care, r, "look through", backup->made_bodies) : 0;
}

static int take_early(struct backup *backup)
{
	struct driver *db = NULL;
	int r = local_care_open_reader(&backup->care, backup->care.database, &db);
	if (r == 0) {
		estimate(backup, db);
		r = take_bodies(backup, db);
		if (r == 0) {
			r = take_packs(backup, db, false);
		}
		local_driver_rollback(db);
		local_care_close(&backup->care, db);
	}
	return r;
}

static int copy_database(struct backup *backup)
{
	struct care *care = &backup->care;
	char *to = local_folder_join(backup->made, "mail.db");
	int r = to == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0) {
		errno = 0;
		r = local_driver_copy(care->db, to, tell_progress, backup);
		r = r < 0 ? local_care_fail(care, r, "copy the database to", to) : 0;
	}
	local_driver_rollback(care->db);
	free(to);
	return r;
}

static int copy_account(struct backup *backup)
{
	char *from = local_folder_join(backup->care.folder, "account");
	char *to = local_folder_join(backup->made, "account");
	int r = from == NULL || to == NULL ? ROOST_ERR_NO_MEMORY : 0;
	errno = 0;
	if (r == 0 && local_files_are(from)) {
		r = local_files_copy(from, to);
		r = r < 0 ? local_care_fail(&backup->care, r, "copy", from) : 0;
	}
	free(from);
	free(to);
	return r;
}

static int put_in_place(struct backup *backup, const char *destination)
{
	errno = 0;
	int r = local_folder_sync(backup->made_bodies);
	if (r == 0) {
		r = local_folder_sync(backup->made);
	}
	if (r == 0) {
		r = local_files_place(backup->made, backup->place, backup->options->replace);
	}
	if (r == 0) {
		r = local_folder_sync(destination);
	}
	return r < 0 ? local_care_fail(&backup->care, r, "make the backup in", backup->place) : 0;
}

static int run(struct backup *backup, const char *destination)
{
	struct care *care = &backup->care;
	int r = make_places(backup, destination);
	if (r == 0 && local_care_has_mail(care)) {
		r = take_early(backup);
		if (r == 0) {
			r = fix_instant(backup);
		}
		if (r == 0) {
			r = drop_unneeded(backup);
		}
		if (r == 0) {
			r = copy_database(backup);
		}
	}
	if (r == 0) {
		r = copy_account(backup);
	}
	if (r == 0) {
		r = put_in_place(backup, destination);
	}
	/* What was there before, or what was not finished. */
	(void)local_files_remove(backup->made);
	return r;
}

int roost_local_backup(struct roost_backend *backend, struct roost_call *call, const char *name,
	const char *destination, const struct roost_local_backup_options *options)
{
	struct roost_local_backup_options taken = { .size = 0 };
	struct backup backup = { .options = &taken };
	struct lock lock = LOCK_NONE;
	if (options != NULL) {
		memcpy(&taken, options,
			options->size < sizeof(taken) ? options->size : sizeof(taken));
	}
	int r = local_care_begin(&backup.care, backend, call, name);
	if (r < 0) {
		return r;
	}
	r = local_care_share(&backup.care, &lock);
	if (r == 0) {
		local_lock_settle(&lock);
		r = local_care_need_user(&backup.care);
	}
	if (r == 0) {
		r = name_places(&backup, destination);
	}
	if (r == 0) {
		r = run(&backup, destination);
	}
	local_lock_leave(&lock);
	finish(&backup);
	return r;
}
