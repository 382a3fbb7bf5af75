/* check_packs.c - packs against the rows that count what is in them. */
#include "check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

#include "files.h"
#include "folder.h"
#include "pack.h"

_Static_assert(PACK_RECORD == 32, "SQL below counts with it");

/* What emails need of each pack: how many they are, the octets of their records, and where the last
 * of these ends. */
#define NEEDS \
	"SELECT pack, COUNT(*), SUM(32 + CASE WHEN octets BETWEEN 0 AND 1048576 THEN octets ELSE " \
	"0" \
	" END), MAX(CASE WHEN pack_at BETWEEN 0 AND 1099511627776 AND octets BETWEEN 0 AND" \
	" 1048576 THEN pack_at + 32 + octets ELSE 0 END) FROM email WHERE pack <> 0 GROUP BY pack" \
	" ORDER BY pack"
#define ROWS "SELECT id, size, live, 0 FROM pack ORDER BY id"

void local_check_packs_clear(struct check_packs *packs)
{
	local_check_rows_clear(&packs->files);
	local_check_rows_clear(&packs->doubles);
	local_check_rows_clear(&packs->left_over);
	local_check_rows_clear(&packs->gone);
	local_check_rows_clear(&packs->unknown);
	if (packs->open.fd >= 0) {
		(void)close(packs->open.fd);
		packs->open.fd = -1;
	}
}

void local_check_pack_where(int64_t id, char *where, size_t size)
{
	(void)snprintf(where, size, "bodies/pack-%016" PRIx64, (uint64_t)id);
}

int local_check_pack_note(struct checking *checking, const char *name, int64_t id)
{
	struct stat is;
	char *path = local_folder_join(checking->care.bodies, name);
	int r = path == NULL ? ROOST_ERR_NO_MEMORY : 0;
	errno = 0;
	if (r == 0 && lstat(path, &is) < 0) {
		r = errno == ENOENT ? 1 : local_folder_error(errno); /* it went meanwhile */
	} else if (r == 0 && (!S_ISREG(is.st_mode) || id <= 0)) {
		r = ROOST_ERR_CORRUPT;
	}
	free(path);
	if (r != 0) {
		return r < 0 ? r : 0;
	}
	const int64_t row[4] = { id, (int64_t)is.st_size, local_check_is_young(checking, &is), 0 };
	return local_check_rows_add(&checking->packs.files, row);
}

int local_check_pack_open(struct checking *checking, int64_t id)
{
	struct check_pack *open = &checking->packs.open;
	if (open->fd >= 0 && open->id == id) {
		return 0;
	}
	if (open->fd >= 0) {
		(void)close(open->fd);
		open->fd = -1;
	}
	int r = local_pack_open_reader(checking->care.bodies, (uint64_t)id, &open->fd);
	if (r < 0) {
		open->fd = -1;
		return r;
	}
	open->id = id;
	open->sound = local_pack_read_salt(open->fd, (uint64_t)id, &open->salt) == 0;
	return 0;
}

/* One pack: what is known of it, each NULL when there is no such thing. */
struct known {
	int64_t id;
	const int64_t *file; /* number, octets, young */
	const int64_t *need; /* number, messages, live, end */
	const int64_t *row; /* number, size, live */
};

__attribute__((format(printf, 4, 5))) static void tell(struct checking *checking,
	const struct known *pack, enum check_kind kind, const char *format, ...)
{
	char where[64], text[160];
	va_list arguments;
	bool mended =
		checking->options.repair && kind != CHECK_PACK_MISSING && kind != CHECK_PACK_SHORT;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	local_check_pack_where(pack->id, where, sizeof(where));
	local_check_tell(checking, kind, mended, where, "%s", text);
}

/* Beside those who work, a pack may go while one looks. */
static int is_row_now(struct checking *checking, int64_t id)
{
	struct driver *now = NULL;
	struct driver_statement *s;
	if (checking->options.repair) {
		return 1;
	}
	int r = local_care_open_reader(&checking->care, checking->care.database, &now);
	if (r < 0) {
		return r;
	}
	r = local_driver_prepare(now, "SELECT 1 FROM pack WHERE id = ?", &s);
	if (r == 0) {
		local_driver_bind_number(s, id);
		r = local_driver_step(s);
		local_driver_done(s);
	}
	local_driver_rollback(now);
	local_care_close(&checking->care, now);
	return r;
}

static int check_file(struct checking *checking, const struct known *pack)
{
	int64_t messages = pack->need[1], end = pack->need[3];
	int r = 0;
	if (pack->file == NULL) {
		r = pack->row == NULL ? 1 : is_row_now(checking, pack->id);
		if (r == 1) {
			tell(checking, pack, CHECK_PACK_MISSING,
				"it is missing, and %" PRId64 " messages are in it", messages);
		}
		return r < 0 ? r : 0;
	}
	if (pack->row != NULL && pack->row[1] > pack->file[1] && end > pack->file[1]) {
		tell(checking, pack, CHECK_PACK_SHORT,
			"it has %" PRId64 " octets, and messages in it reach to %" PRId64,
			pack->file[1], end);
	}
	r = local_check_pack_open(checking, pack->id);
	if (r == 0 && !checking->packs.open.sound) {
		tell(checking, pack, CHECK_PACK_HEADER,
			"its header is damaged, or that of another");
	}
	/* One that cannot be read is told of with its messages. */
	return r == ROOST_ERR_NO_MEMORY ? r : 0;
}

static void check_row(struct checking *checking, const struct known *pack)
{
	int64_t octets = pack->file == NULL ? INT64_MAX : pack->file[1];
	if (pack->need == NULL) {
		tell(checking, pack, CHECK_PACK_ROW, "it is counted, and no message is in it");
	} else if (pack->row == NULL) {
		tell(checking, pack, CHECK_PACK_ROW,
			"%" PRId64 " messages are in it, and it is not counted", pack->need[1]);
	} else if (pack->row[2] != pack->need[2]) {
		tell(checking, pack, CHECK_PACK_ROW,
			"%" PRId64 " octets of it are said to be needed, and it is %" PRId64,
			pack->row[2], pack->need[2]);
	} else if (pack->need[3] <= octets &&
		   (pack->row[1] > octets || pack->row[1] < pack->need[3])) {
		tell(checking, pack, CHECK_PACK_ROW,
			"%" PRId64 " octets of it are counted, which cannot be", pack->row[1]);
	}
}

int local_check_packs(struct checking *checking)
{
	struct check_rows needs = { .list = NULL }, rows = { .list = NULL };
	int r = local_check_collect(checking, NEEDS, &needs);
	if (r == 0) {
		r = local_check_collect(checking, ROWS, &rows);
	}
	for (size_t i = 0, k = 0; r == 0 && (i < needs.count || k < rows.count);) {
		struct known pack = { .id = INT64_MAX };
		if (i < needs.count) {
			pack.need = needs.list[i];
			pack.id = pack.need[0];
		}
		if (k < rows.count && rows.list[k][0] <= pack.id) {
			pack.row = rows.list[k++];
			pack.need = pack.row[0] < pack.id ? NULL : pack.need;
			pack.id = pack.row[0];
		}
		i += pack.need != NULL;
		pack.file = local_check_rows_find(&checking->packs.files, pack.id);
		r = pack.need == NULL ? 0 : check_file(checking, &pack);
		if (r == 0) {
			check_row(checking, &pack);
		}
	}
	local_check_rows_clear(&needs);
	local_check_rows_clear(&rows);
	return r;
}

/* Make the row of a pack what emails need. */
static int settle_row(struct checking *checking, const int64_t need[4], const int64_t *row)
{
	const int64_t *file = local_check_rows_find(&checking->packs.files, need[0]);
	int64_t end = need[3], size = row == NULL ? end : row[1];
	if (file != NULL && end <= file[1]) {
		size = size < end ? end : size > file[1] ? file[1] : size;
	}
	const int64_t numbers[] = { size, need[2], need[0] };
	if (row == NULL) {
		int r = local_check_run(
			checking, "INSERT INTO pack (size, live, id) VALUES (?, ?, ?)", numbers, 3);
		if (r < 0 || file == NULL) {
			return r;
		}
	} else if (row[1] != size || row[2] != need[2]) {
		int r = local_check_run(
			checking, "UPDATE pack SET size = ?, live = ? WHERE id = ?", numbers, 3);
		if (r < 0) {
			return r;
		}
	}
	/* A new pack must not get the number of one that the rows had forgotten. */
	const int64_t counter[] = { need[0], need[0] };
	return file == NULL ? 0
			    : local_check_run(checking,
				      "UPDATE account SET email = ? WHERE id = 1 AND email < ?",
				      counter, 2);
}

static int settle_rows(struct checking *checking, const struct check_rows *needs)
{
	struct check_rows rows = { .list = NULL };
	int r = local_check_run(checking,
		"DELETE FROM pack WHERE id NOT IN (SELECT pack FROM email WHERE pack <> 0)", NULL,
		0);
	if (r == 0) {
		r = local_check_collect(checking, ROWS, &rows);
	}
	for (size_t i = 0; r == 0 && i < needs->count; i++) {
		r = settle_row(
			checking, needs->list[i], local_check_rows_find(&rows, needs->list[i][0]));
	}
	local_check_rows_clear(&rows);
	return r;
}

/* A file that no email needs. Bytes in it may be those of a message that lacks them, damaged: then
 * it is kept, as it is where one cannot tell. */
int local_check_pack_left_over(struct checking *checking, const int64_t file[4])
{
	const struct known pack = { .id = file[0], .file = file };
	bool repair = checking->options.repair;
	char *path = local_pack_path(checking->care.bodies, (uint64_t)file[0]);
	if (path == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	bool there = local_files_are(path);
	free(path);
	if (!there || (file[2] != 0 && !checking->alone)) {
		return 0;
	}
	int counted = local_check_has(checking, "SELECT 1 FROM pack WHERE id = ?", file[0]);
	if (counted < 0) {
		return counted;
	}
	bool sweeps = checking->died && !repair && counted == 0;
	bool keep = checking->packs.lacking || checking->packs.salvaged ||
		    local_check_pack_open(checking, file[0]) < 0 || !checking->packs.open.sound;
	tell(checking, &pack, sweeps ? CHECK_PACK_TO_SWEEP : CHECK_PACK_LEFT_OVER,
		"no message is in it");
	const int64_t row[4] = { file[0], keep, 0, 0 };
	return repair ? local_check_rows_add(&checking->packs.gone, row) : 0;
}

int local_check_packs_settle(struct checking *checking)
{
	const struct check_rows *files = &checking->packs.files;
	struct check_rows needs = { .list = NULL };
	int r = local_check_collect(checking, NEEDS, &needs);
	if (r == 0 && checking->options.repair) {
		r = settle_rows(checking, &needs);
	}
	for (size_t i = 0; r == 0 && i < files->count; i++) {
		const int64_t *file = files->list[i];
		if (local_check_rows_find(&needs, file[0]) == NULL) {
			const int64_t row[4] = { file[0], file[1], file[2], true };
			r = checking->options.repair
				    ? local_check_pack_left_over(checking, file)
				    : local_check_rows_add(&checking->packs.left_over, row);
		}
	}
	local_check_rows_clear(&needs);
	return r;
}

int local_check_packs_remove(struct checking *checking)
{
	const struct check_rows *gone = &checking->packs.gone;
	const char *bodies = checking->care.bodies;
	int r = 0;
	for (size_t i = 0; r == 0 && i < gone->count; i++) {
		char *path = local_pack_path(bodies, (uint64_t)gone->list[i][0]);
		errno = 0;
		r = path == NULL ? ROOST_ERR_NO_MEMORY
		    : gone->list[i][1] == 0
			    ? local_pack_drop(bodies, (uint64_t)gone->list[i][0])
			    : local_check_move_aside(checking, path, path + strlen(bodies) + 1);
		if (r < 0 && roost_call_text(checking->care.call) == NULL) {
			r = local_care_fail(&checking->care, r, "remove", path == NULL ? "" : path);
		}
		free(path);
	}
	return r == 0 && gone->count > 0 ? local_folder_sync(bodies) : r;
}
