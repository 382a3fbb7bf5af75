/* check_files.c - what lies about in a user's folder. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <roost/error.h>

#include "bodies.h"
#include "files.h"
#include "folder.h"
#include "pack.h"

/* A body that no message has and that is younger than this many seconds may be one that is just
 * being stored or expunged. */
#define YOUNG 600

/* Beside others, how long nothing of what is left over may go until it is left over indeed: commits, and
 * moving the log on, take seconds where a disk is slow. */
#define REMOVAL_MILLISECONDS 5000u
#define STEP_MILLISECONDS 10u

#define LOST "lost+found"

static bool is_known(const char *name)
{
	/* SQLite makes a journal until a new database has a log; a change of the account is made beside
	 * it, without a lock that is known here. */
	static const char *const known[] = { "mail.db", "mail.db-wal", "mail.db-shm",
		"mail.db-journal", "bodies", "account", "account.new", LOST };
	static const char *const beginnings[] = { "mail.db.damaged-", "search.", "bell",
		"import." };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(name, known[i]) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0) {
			return true;
		}
	}
	return false;
}

int local_check_move_aside(struct checking *checking, const char *path, const char *name)
{
	char *lost = local_folder_join(checking->care.folder, LOST);
	int r = lost == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0 && !local_files_are(lost)) {
		r = local_files_make_folder(lost);
		r = r < 0 ? r : local_files_give(lost, checking->care.folder);
	}
	for (unsigned i = 0; r == 0 && i < 1000; i++) {
		char *to = NULL;
		int n = i == 0 ? asprintf(&to, "%s/%s", lost, name)
			       : asprintf(&to, "%s/%s.%u", lost, name, i);
		r = n < 0 ? ROOST_ERR_NO_MEMORY : local_files_place(path, to, false);
		if (n >= 0) {
			free(to);
		}
		if (r != ROOST_ERR_MAILBOX_EXISTS) {
			break;
		}
		r = 0;
	}
	free(lost);
	return r < 0 ? local_care_fail(&checking->care, r, "move aside", path) : 0;
}

static int tell_unknown(
	struct checking *checking, const char *folder, const char *name, const char *where_format)
{
	char where[300];
	bool repair = checking->options.repair;
	char *path = local_folder_join(folder, name);
	errno = 0;
	int r = path == NULL ? ROOST_ERR_NO_MEMORY
		: repair     ? local_check_move_aside(checking, path, name)
			     : 0;
	free(path);
	if (r == 0) {
		(void)snprintf(where, sizeof(where), "%s%s", where_format, name);
		local_check_tell(
			checking, CHECK_FILE_UNKNOWN, repair, where, "it is none of roost's files");
	}
	return r;
}

/* Call `visit` with each name in a folder; a folder that is not there is empty. */
static int list_folder(struct checking *checking, const char *path,
	int (*visit)(struct checking *checking, const char *name))
{
	DIR *folder = opendir(path);
	int r = 0;
	if (folder == NULL) {
		return errno == ENOENT ? 0
				       : local_care_fail(&checking->care, local_folder_error(errno),
						 "read the folder", path);
	}
	const struct dirent *entry = NULL;
	while (r == 0 && (errno = 0, entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			r = visit(checking, entry->d_name);
		}
	}
	if (r == 0 && errno != 0) {
		r = local_care_fail(
			&checking->care, local_folder_error(errno), "read the folder", path);
	}
	(void)closedir(folder);
	return r;
}

static int visit_top(struct checking *checking, const char *name)
{
	return is_known(name) ? 0 : tell_unknown(checking, checking->care.folder, name, "");
}

int local_check_files(struct checking *checking)
{
	return list_folder(checking, checking->care.folder, visit_top);
}

bool local_check_is_young(const struct checking *checking, const struct stat *is)
{
	return !checking->alone && is->st_mtim.tv_sec > checking->now - YOUNG;
}

static bool is_young(struct checking *checking, const char *name)
{
	struct stat is;
	char *path = local_folder_join(checking->care.bodies, name);
	bool young = path == NULL || lstat(path, &is) < 0 || local_check_is_young(checking, &is);
	free(path);
	return young;
}

/* Whether an email is of that number. Its file may be one too many, which shows later. */
static int is_used(struct checking *checking, int64_t id)
{
	struct check_email email;
	int r = local_check_read_email(checking, id, false, &email);
	if (r == 1 && (!email.in_file || email.pack != 0)) {
		const int64_t row[4] = { id, 0, 0, 0 };
		r = local_check_rows_add(&checking->packs.doubles, row);
		return r < 0 ? r : 1;
	}
	return r;
}

int local_check_double(struct checking *checking, int64_t email)
{
	char name[32], where[64];
	(void)snprintf(name, sizeof(name), "%016" PRIx64, (uint64_t)email);
	(void)snprintf(where, sizeof(where), "bodies/%s", name);
	bool repair = checking->options.repair;
	char *path = local_folder_join(checking->care.bodies, name);
	int r = path == NULL ? ROOST_ERR_NO_MEMORY : 0;
	errno = 0;
	if (r == 0 && repair) {
		r = local_check_move_aside(checking, path, name);
	}
	free(path);
	if (r == 0) {
		local_check_tell(checking, CHECK_BODY_TWICE, repair, where,
			"the bytes of its email are elsewhere, too");
	}
	return r;
}

static int remove_unfinished(struct checking *checking, const char *name)
{
	char where[300];
	bool repair = checking->options.repair;
	char *path = local_folder_join(checking->care.bodies, name);
	errno = 0;
	int r = path == NULL                 ? ROOST_ERR_NO_MEMORY
		: repair && unlink(path) < 0 ? local_care_fail(&checking->care,
						       local_folder_error(errno), "remove", path)
					     : 0;
	free(path);
	if (r == 0) {
		(void)snprintf(where, sizeof(where), "bodies/%s", name);
		local_check_tell(checking, CHECK_FILE_UNFINISHED, repair, where,
			"it is a message that was never stored whole");
	}
	return r;
}

static int tell_left_over(struct checking *checking, int64_t id)
{
	char name[32], where[64];
	bool repair = checking->options.repair;
	int r = repair ? local_lost_file(checking, id) : 0;
	(void)snprintf(name, sizeof(name), "%016" PRIx64, (uint64_t)id);
	if (r == ROOST_ERR_CORRUPT) {
		return tell_unknown(checking, checking->care.bodies, name, "bodies/");
	}
	if (r == 0) {
		(void)snprintf(where, sizeof(where), "bodies/%s", name);
		local_check_tell(checking,
			checking->died && !repair ? CHECK_BODY_TO_SWEEP : CHECK_BODY_LEFT_OVER,
			repair, where, "no message has these bytes");
	}
	return r;
}

static int visit_body(struct checking *checking, const char *name)
{
	uint64_t id = 0;
	bool unfinished = false;
	if (local_pack_read_name(name, &id, &unfinished)) {
		int r = local_check_pack_note(checking, name, (int64_t)id);
		return r == ROOST_ERR_CORRUPT
			       ? tell_unknown(checking, checking->care.bodies, name, "bodies/")
			       : r;
	}
	if (!local_bodies_read_name(name, &id, &unfinished)) {
		return tell_unknown(checking, checking->care.bodies, name, "bodies/");
	}
	int used = unfinished ? 0 : is_used(checking, (int64_t)id);
	if (used != 0 || is_young(checking, name)) {
		return used < 0 ? used : 0;
	}
	const int64_t row[4] = { (int64_t)id, 0, 0, false };
	return unfinished                 ? remove_unfinished(checking, name)
	       : checking->options.repair ? tell_left_over(checking, (int64_t)id)
					  : local_check_rows_add(&checking->packs.left_over, row);
}

int local_check_left_over(struct checking *checking)
{
	int r = list_folder(checking, checking->care.bodies, visit_body);
	local_check_rows_sort(&checking->packs.files);
	return r;
}

/* Forget what is not there any more. */
static int forget_gone(struct checking *checking)
{
	struct check_rows *rows = &checking->packs.left_over;
	size_t left = 0;
	for (size_t i = 0; i < rows->count; i++) {
		uint64_t id = (uint64_t)rows->list[i][0];
		char *pack = NULL;
		if (rows->list[i][3] &&
			(pack = local_pack_path(checking->care.bodies, id)) == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		if (pack != NULL ? local_files_are(pack)
				 : local_bodies_are(checking->care.bodies, id)) {
			memmove(rows->list[left++], rows->list[i], sizeof(*rows->list));
		}
		free(pack);
	}
	rows->count = left;
	return 0;
}

/* Who expunges removes files once that is on disk: when the rows were read in between, they are still
 * there, and go soon. */
static int await_removal(struct checking *checking)
{
	const struct timespec step = { .tv_nsec = STEP_MILLISECONDS * 1000000 };
	const struct check_rows *rows = &checking->packs.left_over;
	unsigned waited = 0;
	while (rows->count > 0) {
		size_t before = rows->count;
		bool others = local_lock_has_others(checking->lock.fd);
		int r = forget_gone(checking);
		r = r < 0 ? r : local_check_cancelled(checking);
		waited = rows->count < before ? 0 : waited + STEP_MILLISECONDS;
		if (r < 0 || !others || waited > REMOVAL_MILLISECONDS) {
			return r;
		}
		(void)nanosleep(&step, NULL);
	}
	return 0;
}

int local_check_still_left_over(struct checking *checking)
{
	const struct check_rows *rows = &checking->packs.left_over;
	int r = await_removal(checking);
	for (size_t i = 0; r == 0 && i < rows->count; i++) {
		const int64_t *row = rows->list[i];
		r = row[3] ? local_check_pack_left_over(checking, row)
			   : tell_left_over(checking, row[0]);
	}
	return r;
}
