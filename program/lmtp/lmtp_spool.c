/* lmtp_spool.c - where a message gathers while it comes. */
#include "lmtp_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>

/* Written to the file at once. */
#define WRITE_SIZE ((size_t)64 << 10)

void lmtp_spool_init(struct lmtp_spool *spool, size_t memory)
{
	*spool = (struct lmtp_spool) { .memory = memory, .fd = -1 };
}

void lmtp_spool_clear(struct lmtp_spool *spool)
{
	free(spool->bytes);
	if (spool->fd >= 0) {
		(void)close(spool->fd);
	}
	lmtp_spool_init(spool, spool->memory);
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);
		if (written < 0 && errno == EINTR) {
			continue;
		}
		if (written <= 0) {
			return ROOST_ERR_IO;
		}
		bytes += written;
		n -= (size_t)written;
	}
	return 0;
}

static int open_file(void)
{
	const char *folder = getenv("TMPDIR");
	char name[4096];
	if (folder == NULL || folder[0] == '\0') {
		folder = "/tmp";
	}
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0) {
		return fd;
	}
	/* A file system without O_TMPFILE. */
	int n = snprintf(name, sizeof(name), "%s/roost-lmtp-XXXXXX", folder);
	if (n < 0 || (size_t)n >= sizeof(name)) {
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0) {
		(void)unlink(name);
	}
	return fd;
}

static int grow(struct lmtp_spool *spool, size_t need)
{
	if (need <= spool->capacity) {
		return 0;
	}
	size_t capacity = need > 2 * spool->capacity ? need + 1024 : 2 * spool->capacity;
	char *bytes = realloc(spool->bytes, capacity);
	if (bytes == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	spool->bytes = bytes;
	spool->capacity = capacity;
	return 0;
}

/* Once there is a file, the memory gathers the next write: bytes of the end that are not in it. */
static size_t gathered(const struct lmtp_spool *spool)
{
	return (size_t)(spool->fd < 0 ? spool->size : spool->size % WRITE_SIZE);
}

static int move_to_file(struct lmtp_spool *spool)
{
	spool->fd = open_file();
	if (spool->fd < 0) {
		return ROOST_ERR_IO;
	}
	size_t whole = (size_t)(spool->size - spool->size % WRITE_SIZE);
	int r = write_all(spool->fd, spool->bytes, whole);
	if (r == 0) {
		r = grow(spool, WRITE_SIZE);
	}
	if (r == 0 && whole > 0) {
		memmove(spool->bytes, spool->bytes + whole, (size_t)spool->size - whole);
	}
	return r;
}

static int add_to_file(struct lmtp_spool *spool, const char *bytes, size_t n)
{
	while (n > 0) {
		size_t have = gathered(spool);
		size_t part = n < WRITE_SIZE - have ? n : WRITE_SIZE - have;
		memcpy(spool->bytes + have, bytes, part);
		bytes += part;
		n -= part;
		spool->size += part;
		if (have + part == WRITE_SIZE) {
			int r = write_all(spool->fd, spool->bytes, WRITE_SIZE);
			if (r < 0) {
				return r;
			}
		}
	}
	return 0;
}

int lmtp_spool_add(struct lmtp_spool *spool, const void *bytes, size_t n)
{
	int r = 0;
	if (n == 0) {
		return 0;
	}
	if (spool->fd < 0 && n > spool->memory - (size_t)spool->size) {
		r = move_to_file(spool);
	}
	if (r == 0 && spool->fd >= 0) {
		return add_to_file(spool, bytes, n);
	}
	if (r == 0) {
		r = grow(spool, (size_t)spool->size + n);
	}
	if (r == 0) {
		memcpy(spool->bytes + spool->size, bytes, n);
		spool->size += n;
	}
	return r;
}

static void release(void *context, const void *bytes)
{
	(void)bytes;
	free(context);
}

int lmtp_spool_finish(struct lmtp_spool *spool, struct roost_content **content_out)
{
	int r = 0;
	if (spool->fd >= 0) {
		r = write_all(spool->fd, spool->bytes, gathered(spool));
		if (r == 0) {
			r = roost_content_create_fd(spool->fd, 0, spool->size, content_out);
		}
		if (r == 0) {
			spool->fd = -1;
		}
	} else if (spool->size == 0) {
		r = roost_content_create_copy("", 0, content_out);
	} else {
		r = roost_content_create_borrowed(
			spool->bytes, (size_t)spool->size, release, spool->bytes, content_out);
		if (r == 0) {
			spool->bytes = NULL;
		}
	}
	if (r == 0) {
		lmtp_spool_clear(spool);
	}
	return r;
}
