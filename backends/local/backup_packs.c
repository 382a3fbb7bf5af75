/* backup_packs.c - the packs of a backup, taken while the store goes on. */
#include "backup_packs.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

#include "files.h"
#include "pack.h"

/* Files that are open at a time: more are copied while others wait. */
#define HELD_MAX 64

static bool is_full(int64_t size)
{
	return size >= 0 && (uint64_t)size >= PACK_FULL;
}

/* Whether a file is there with all that is needed. */
static bool is_whole(const char *path, int64_t size)
{
	struct stat is;
	return lstat(path, &is) == 0 && S_ISREG(is.st_mode) && is.st_size >= size;
}

/* Whether the backup before has that. What grows it has as far as it was counted then, with the time
 * that the file had. */
static bool has_before(const char *from, const char *before, int64_t size)
{
	struct stat is, was;
	return lstat(from, &is) == 0 && lstat(before, &was) == 0 && S_ISREG(is.st_mode) &&
	       S_ISREG(was.st_mode) && was.st_size >= size &&
	       is.st_mtim.tv_sec == was.st_mtim.tv_sec && is.st_mtim.tv_nsec == was.st_mtim.tv_nsec;
}

/* Copy from an open file. What has another name must not be written to. */
static int copy_open(int fd, const char *to, int64_t size)
{
	struct stat is;
	if (lstat(to, &is) == 0 && is.st_nlink > 1) {
		(void)unlink(to);
	}
	return local_files_copy_part(fd, to, (uint64_t)(size < 0 ? 0 : size));
}

static int copy_pack(const char *folder, int64_t id, const char *to, int64_t size)
{
	int fd = -1;
	int r = local_pack_open_reader(folder, (uint64_t)id, &fd);
	if (r == 0) {
		r = copy_open(fd, to, size);
		(void)close(fd);
	}
	return r;
}

static int take(struct backup_packs *packs, int64_t id, int64_t size)
{
	char *from = local_pack_path(packs->from, (uint64_t)id);
	char *to = local_pack_path(packs->to, (uint64_t)id);
	char *before = local_pack_path(packs->before, (uint64_t)id);
	int r = from == NULL || to == NULL || before == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0 && !is_whole(to, size)) {
		bool there = local_files_are(to);
		r = !there && has_before(from, before, size) ? local_files_link(before, to)
		    : !there && is_full(size) && !packs->copy
			    ? local_files_link(from, to)
			    : copy_pack(packs->from, id, to, size);
	}
	free(from);
	free(to);
	free(before);
	return r == ROOST_ERR_CORRUPT ? 0 : r;
}

static int note(struct backup_packs *packs, int64_t id, struct backup_pack **pack_out)
{
	for (size_t i = 0; i < packs->count; i++) {
		if (packs->list[i].id == id) {
			*pack_out = &packs->list[i];
			return 0;
		}
	}
	if (packs->count == packs->capacity) {
		size_t capacity = packs->capacity * 2 + 16;
		struct backup_pack *list = realloc(packs->list, capacity * sizeof(*list));
		if (list == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		packs->list = list;
		packs->capacity = capacity;
	}
	*pack_out = &packs->list[packs->count++];
	**pack_out = (struct backup_pack) { .id = id, .fd = -1 };
	return 0;
}

int local_backup_packs_take(struct backup_packs *packs, int64_t id, int64_t size)
{
	struct backup_pack *pack;
	int r = note(packs, id, &pack);
	return r < 0 ? r : take(packs, id, size);
}

int local_backup_packs_hold(struct backup_packs *packs, int64_t id, int64_t size)
{
	struct backup_pack *pack = NULL;
	char *to = local_pack_path(packs->to, (uint64_t)id);
	int r = to == NULL ? ROOST_ERR_NO_MEMORY : note(packs, id, &pack);
	if (r == 0) {
		pack->needed = true;
		pack->size = size;
		if (is_whole(to, size)) {
			r = 0;
		} else if (is_full(size) || packs->held >= HELD_MAX) {
			r = take(packs, id, size);
		} else {
			r = local_pack_open_reader(packs->from, (uint64_t)id, &pack->fd);
			packs->held += r == 0;
		}
	}
	free(to);
	return r == ROOST_ERR_CORRUPT ? 0 : r;
}

static void let_go(struct backup_packs *packs, struct backup_pack *pack)
{
	if (pack->fd >= 0) {
		(void)close(pack->fd);
		pack->fd = -1;
		packs->held--;
	}
}

static int complete(struct backup_packs *packs, struct backup_pack *pack, bool *whole_out)
{
	char *to = local_pack_path(packs->to, (uint64_t)pack->id);
	int r = to == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0 && pack->fd >= 0) {
		r = copy_open(pack->fd, to, pack->size);
		let_go(packs, pack);
	}
	if (r == 0 || r == ROOST_ERR_CORRUPT) {
		r = 0;
		*whole_out = is_whole(to, pack->size);
	}
	free(to);
	return r;
}

int local_backup_packs_complete(
	struct backup_packs *packs, void (*tell)(void *context, int64_t id), void *context)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < packs->count; i++) {
		struct backup_pack *pack = &packs->list[i];
		bool whole = true;
		r = pack->needed ? complete(packs, pack, &whole)
				 : local_pack_drop(packs->to, (uint64_t)pack->id);
		if (r == 0 && !whole) {
			tell(context, pack->id);
		}
	}
	return r;
}

void local_backup_packs_finish(struct backup_packs *packs)
{
	for (size_t i = 0; i < packs->count; i++) {
		let_go(packs, &packs->list[i]);
	}
	free(packs->list);
	packs->list = NULL;
	packs->count = packs->capacity = 0;
}

int local_backup_packs_restore(const char *from, const char *to, int64_t id, int64_t size)
{
	char *source = local_pack_path(from, (uint64_t)id);
	char *path = local_pack_path(to, (uint64_t)id);
	int r = source == NULL || path == NULL ? ROOST_ERR_NO_MEMORY
		: is_full(size)                ? local_files_link(source, path)
					       : copy_pack(from, id, path, size);
	free(source);
	free(path);
	return r;
}
