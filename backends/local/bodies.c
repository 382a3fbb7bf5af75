/* bodies.c - the bytes of larger messages, a file each. */
#include "bodies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <roost/error.h>

#include "folder.h"

#define CHUNK 65536
/* "00000000000000ff", and while it is written "00000000000000ff.new" */
#define ID_DIGITS 16
#define NEW_SUFFIX ".new"

/* FNV-1a of 64 bits: finds any damage that happens by itself, and promises nothing else. */
#define DIGEST_BASIS 0xcbf29ce484222325u
#define DIGEST_PRIME 0x100000001b3u

static char *path_of(const char *folder, uint64_t id, const char *suffix)
{
	char *path = NULL;
	return asprintf(&path, "%s/%016" PRIx64 "%s", folder, id, suffix) < 0 ? NULL : path;
}

static uint64_t digest_more(uint64_t digest, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		digest = (digest ^ bytes[i]) * DIGEST_PRIME;
	}
	return digest;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);
		if (written < 0 && errno == EINTR) {
			continue;
		}
		if (written < 0) {
			return local_folder_error(errno);
		}
		bytes += written;
		n -= (size_t)written;
	}
	return 0;
}

/* Go through the bytes, and write them unless `fd` is negative. */
static int pass(struct roost_content *content, int fd, uint64_t *digest_out)
{
	char *buffer = malloc(CHUNK);
	uint64_t digest = DIGEST_BASIS;
	int r = buffer == NULL ? ROOST_ERR_NO_MEMORY : 0;
	for (uint64_t at = 0; r == 0 && at < content->size;) {
		int64_t n = roost_content_read(content, at, buffer, CHUNK);
		if (n <= 0) {
			r = n < 0 ? (int)n : ROOST_ERR_CORRUPT;
			break;
		}
		digest = digest_more(digest, (const unsigned char *)buffer, (size_t)n);
		r = fd < 0 ? 0 : write_all(fd, buffer, (size_t)n);
		at += (uint64_t)n;
	}
	free(buffer);
	if (r == 0) {
		*digest_out = digest;
	}
	return r;
}

int local_bodies_digest(struct roost_content *content, uint64_t *digest_out)
{
	const void *bytes = roost_content_pointer(content);
	if (bytes != NULL) {
		*digest_out = digest_more(DIGEST_BASIS, bytes, (size_t)content->size);
		return 0;
	}
	return pass(content, -1, digest_out);
}

static int write_new(const char *path, struct roost_content *content, uint64_t *digest_out)
{
	int fd = -1;
	int r = local_folder_open_file(path, O_TRUNC | O_NOFOLLOW, &fd);
	if (r < 0) {
		return r;
	}
	r = pass(content, fd, digest_out);
	if (r == 0 && fsync(fd) < 0) {
		r = local_folder_error(errno);
	}
	if (close(fd) < 0 && r == 0) {
		r = local_folder_error(errno);
	}
	return r;
}

int local_bodies_put(
	const char *folder, uint64_t id, struct roost_content *content, uint64_t *digest_out)
{
	char *unfinished = path_of(folder, id, NEW_SUFFIX);
	char *path = path_of(folder, id, "");
	int r = unfinished == NULL || path == NULL ? ROOST_ERR_NO_MEMORY : 0;
	if (r == 0) {
		r = write_new(unfinished, content, digest_out);
		if (r == 0 && rename(unfinished, path) < 0) {
			r = local_folder_error(errno);
		}
		if (r < 0) {
			(void)unlink(unfinished);
		}
	}
	if (r == 0) {
		r = local_folder_sync(folder);
		if (r < 0) {
			(void)unlink(path);
		}
	}
	free(unfinished);
	free(path);
	return r;
}

static int open_body(const char *path, uint64_t octets, int *fd_out)
{
	struct stat is;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return errno == ENOENT || errno == ELOOP ? ROOST_ERR_CORRUPT
							 : local_folder_error(errno);
	}
	int r = fstat(fd, &is) < 0 ? local_folder_error(errno) : 0;
	if (r == 0 && (!S_ISREG(is.st_mode) || (uint64_t)is.st_size != octets)) {
		r = ROOST_ERR_CORRUPT;
	}
	if (r < 0) {
		(void)close(fd);
		return r;
	}
	*fd_out = fd;
	return 0;
}

int local_bodies_get(
	const char *folder, uint64_t id, uint64_t octets, struct roost_content **content_out)
{
	char *path = path_of(folder, id, "");
	int fd = -1;
	int r = path == NULL ? ROOST_ERR_NO_MEMORY : open_body(path, octets, &fd);
	free(path);
	if (r == 0) {
		r = roost_content_create_fd(fd, 0, octets, content_out);
		if (r < 0) {
			(void)close(fd);
		}
	}
	return r;
}

static int drop(const char *folder, uint64_t id, const char *suffix)
{
	char *path = path_of(folder, id, suffix);
	int r = path == NULL                          ? ROOST_ERR_NO_MEMORY
		: unlink(path) < 0 && errno != ENOENT ? local_folder_error(errno)
						      : 0;
	free(path);
	return r;
}

int local_bodies_drop(const char *folder, uint64_t id)
{
	return drop(folder, id, "");
}

int local_bodies_drop_unfinished(const char *folder, uint64_t id)
{
	return drop(folder, id, NEW_SUFFIX);
}

bool local_bodies_are(const char *folder, uint64_t id)
{
	struct stat is;
	char *path = path_of(folder, id, "");
	bool are = path != NULL && lstat(path, &is) == 0;
	free(path);
	return are;
}

bool local_bodies_read_name(const char *name, uint64_t *id_out, bool *unfinished_out)
{
	uint64_t id = 0;
	for (size_t i = 0; i < ID_DIGITS; i++) {
		const char *digits = "0123456789abcdef";
		const char *digit = name[i] == '\0' ? NULL : strchr(digits, name[i]);
		if (digit == NULL) {
			return false;
		}
		id = id << 4 | (uint64_t)(digit - digits);
	}
	*id_out = id;
	*unfinished_out = strcmp(name + ID_DIGITS, NEW_SUFFIX) == 0;
	return *unfinished_out || name[ID_DIGITS] == '\0';
}

int local_bodies_sweep(
	const char *folder, bodies_name_fn read_name, bodies_used_fn is_used, void *context)
{
	DIR *files = opendir(folder);
	if (files == NULL) {
		return local_folder_error(errno);
	}
	int r = 0;
	const struct dirent *file = NULL;
	while (r == 0 && (file = readdir(files)) != NULL) {
		uint64_t id;
		bool unfinished;
		if (!read_name(file->d_name, &id, &unfinished)) {
			continue; /* none of ours */
		}
		int used = unfinished ? 0 : is_used(context, id);
		if (used < 0) {
			r = used;
		} else if (used == 0 && unlinkat(dirfd(files), file->d_name, 0) < 0) {
			r = local_folder_error(errno);
		}
	}
	(void)closedir(files);
	return r;
}
