/* files.c - copying, linking and removing files and folders, durably. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

#include "folder.h"

/* Bytes that are copied at a time. */
#define CHUNK (1u << 20)

static int write_all(int to, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(to, bytes, size);
		if (written < 0 && errno != EINTR) {
			return local_folder_error(errno);
		}
		bytes += written < 0 ? 0 : written;
		size -= written < 0 ? 0 : (size_t)written;
	}
	return 0;
}

static int copy_bytes(int from, int to)
{
	char *buffer = malloc(CHUNK);
	int r = buffer == NULL ? ROOST_ERR_NO_MEMORY : 0;
	while (r == 0) {
		ssize_t n = read(from, buffer, CHUNK);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			r = n < 0 ? local_folder_error(errno) : 0;
			break;
		}
		r = write_all(to, buffer, (size_t)n);
	}
	free(buffer);
	return r;
}

static int open_file(const char *path, struct stat *is_out)
{
	/* Nobody waits for the other end of a pipe that somebody put there. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		return errno == ENOENT || errno == ELOOP ? ROOST_ERR_CORRUPT
							 : local_folder_error(errno);
	}
	if (fstat(fd, is_out) < 0 || !S_ISREG(is_out->st_mode)) {
		(void)close(fd);
		return ROOST_ERR_CORRUPT;
	}
	return fd;
}

int local_files_copy(const char *from, const char *to)
{
	struct stat is;
	int source = open_file(from, &is);
	if (source < 0) {
		return source;
	}
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int r = fd < 0 ? local_folder_error(errno) : copy_bytes(source, fd);
	const struct timespec times[2] = { is.st_atim, is.st_mtim };
	if (r == 0 && (futimens(fd, times) < 0 || fsync(fd) < 0)) {
		r = local_folder_error(errno);
	}
	if (fd >= 0 && close(fd) < 0 && r == 0) {
		r = local_folder_error(errno);
	}
	if (fd >= 0 && r < 0) {
		int number = errno;
		(void)unlink(to);
		errno = number;
	}
	(void)close(source);
	return r;
}

/* Copy the octets between two places to the end of a file. */
static int copy_range(int from, int to, uint64_t at, uint64_t end)
{
	char *buffer = malloc(CHUNK);
	int r = buffer == NULL ? ROOST_ERR_NO_MEMORY : 0;
	while (r == 0 && at < end) {
		ssize_t n = pread(
			from, buffer, end - at < CHUNK ? (size_t)(end - at) : CHUNK, (off_t)at);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		r = n < 0    ? local_folder_error(errno)
		    : n == 0 ? ROOST_ERR_CORRUPT
			     : write_all(to, buffer, (size_t)n);
		at += n < 0 ? 0 : (uint64_t)n;
	}
	free(buffer);
	return r;
}

int local_files_copy_part(int from, const char *to, uint64_t size)
{
	struct stat is, has;
	int fd = open(to, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		return local_folder_error(errno);
	}
	int r = fstat(from, &is) < 0 || fstat(fd, &has) < 0 ? local_folder_error(errno) : 0;
	if (r == 0) {
		r = copy_range(from, fd, (uint64_t)has.st_size, size);
	}
	const struct timespec times[2] = { is.st_atim, is.st_mtim };
	if ((r == 0 || r == ROOST_ERR_CORRUPT) && (futimens(fd, times) < 0 || fsync(fd) < 0)) {
		r = local_folder_error(errno);
	}
	if (close(fd) < 0 && r == 0) {
		r = local_folder_error(errno);
	}
	return r;
}

int local_files_link(const char *from, const char *to)
{
	struct stat is;
	if (lstat(from, &is) == 0 && S_ISREG(is.st_mode) && link(from, to) == 0) {
		return 0;
	}
	return local_files_copy(from, to);
}

bool local_files_look_alike(const char *one, const char *other)
{
	struct stat a, b;
	return lstat(one, &a) == 0 && lstat(other, &b) == 0 && S_ISREG(a.st_mode) &&
	       S_ISREG(b.st_mode) && a.st_size == b.st_size &&
	       a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

bool local_files_are(const char *path)
{
	struct stat is;
	return lstat(path, &is) == 0;
}

int local_files_make_folder(const char *path)
{
	return mkdir(path, 0700) < 0 ? local_folder_error(errno) : 0;
}

/* Two steps, for file systems that cannot exchange: between them nothing is at `place`. */
static int replace_slowly(const char *path, const char *place)
{
	char *old = NULL;
	if (asprintf(&old, "%s.old", path) < 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	int r = local_files_remove(old);
	if (r == 0 && rename(place, old) < 0) {
		r = local_folder_error(errno);
	} else if (r == 0 && rename(path, place) < 0) {
		r = local_folder_error(errno);
		(void)rename(old, place);
	} else if (r == 0 && rename(old, path) < 0) {
		r = local_folder_error(errno);
	}
	free(old);
	return r;
}

int local_files_place(const char *path, const char *place, bool replace)
{
	if (renameat2(AT_FDCWD, path, AT_FDCWD, place, RENAME_NOREPLACE) == 0) {
		return 0;
	}
	if (errno == EEXIST && !replace) {
		return ROOST_ERR_MAILBOX_EXISTS;
	}
	if (errno == EEXIST) {
		if (renameat2(AT_FDCWD, path, AT_FDCWD, place, RENAME_EXCHANGE) == 0) {
			return 0;
		}
		return errno == EINVAL || errno == ENOSYS ? replace_slowly(path, place)
							  : local_folder_error(errno);
	}
	if (errno != EINVAL && errno != ENOSYS) {
		return local_folder_error(errno);
	}
	if (local_files_are(place)) {
		return replace ? replace_slowly(path, place) : ROOST_ERR_MAILBOX_EXISTS;
	}
	return rename(path, place) < 0 ? local_folder_error(errno) : 0;
}

/* Go through a tree, each folder before and after what is in it. */
static int walk(const char *path, int (*visit)(void *context, const FTSENT *entry), void *context)
{
	char *roots[] = { (char *)path, NULL };
	if (!local_files_are(path)) {
		return 0;
	}
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	if (tree == NULL) {
		return local_folder_error(errno);
	}
	int r = 0;
	FTSENT *entry = NULL;
	while (r == 0 && (errno = 0, entry = fts_read(tree)) != NULL) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
			entry->fts_info == FTS_NS) {
			errno = entry->fts_errno;
			r = errno == ENOENT ? 0 : local_folder_error(errno);
		} else {
			r = visit(context, entry);
		}
	}
	if (r == 0 && errno != 0) {
		r = local_folder_error(errno);
	}
	(void)fts_close(tree);
	return r;
}

static int remove_one(void *context, const FTSENT *entry)
{
	(void)context;
	int r = entry->fts_info == FTS_D    ? 0
		: entry->fts_info == FTS_DP ? rmdir(entry->fts_accpath)
					    : unlink(entry->fts_accpath);
	return r < 0 && errno != ENOENT ? local_folder_error(errno) : 0;
}

int local_files_remove(const char *path)
{
	return walk(path, remove_one, NULL);
}

static int give_one(void *context, const FTSENT *entry)
{
	const struct stat *like = context;
	if (entry->fts_info == FTS_DP || (entry->fts_statp->st_uid == like->st_uid &&
						 entry->fts_statp->st_gid == like->st_gid)) {
		return 0;
	}
	return lchown(entry->fts_accpath, like->st_uid, like->st_gid) < 0
		       ? local_folder_error(errno)
		       : 0;
}

int local_files_give(const char *path, const char *like)
{
	struct stat is;
	if (geteuid() != 0) {
		return 0;
	}
	return stat(like, &is) < 0 ? local_folder_error(errno) : walk(path, give_one, &is);
}

static int count_one(void *context, const FTSENT *entry)
{
	if (entry->fts_info != FTS_DP) {
		*(uint64_t *)context += (uint64_t)entry->fts_statp->st_blocks * 512;
	}
	return 0;
}

int local_files_usage(const char *path, uint64_t *bytes_out)
{
	uint64_t bytes = 0;
	int r = walk(path, count_one, &bytes);
	if (r == 0) {
		*bytes_out = bytes;
	}
	return r;
}
