/* spool.c - where the octets of an appended message gather. */
#include "session/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <roost/error.h>

#include "base/buf.h"

struct spool {
	struct buf buf;
	size_t memory;
	int fd; /* -1 while all is in memory */
	uint64_t size;
};

int spool_create(size_t memory, struct spool **spool_out)
{
	struct spool *spool = calloc(1, sizeof(*spool));

	if (spool == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	buf_init(&spool->buf, memory);
	spool->memory = memory;
	spool->fd = -1;
	*spool_out = spool;
	return 0;
}

void spool_destroy(struct spool *spool)
{
	if (spool == NULL) {
		return;
	}
	buf_free(&spool->buf);
	if (spool->fd >= 0) {
		close(spool->fd);
	}
	free(spool);
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
	const char *directory = getenv("TMPDIR");
	char name[4096];

	if (directory == NULL || directory[0] == '\0') {
		directory = "/tmp";
	}
	int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0) {
		return fd;
	}
	/* A file system without O_TMPFILE. */
	int length = snprintf(name, sizeof(name), "%s/roost-spool-XXXXXX", directory);
	if (length < 0 || (size_t)length >= sizeof(name)) {
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0) {
		(void)unlink(name);
	}
	return fd;
}

static int move_to_file(struct spool *spool)
{
	spool->fd = open_file();
	if (spool->fd < 0) {
		return ROOST_ERR_IO;
	}
	int r = write_all(spool->fd, spool->buf.data, spool->buf.size);
	buf_free(&spool->buf);
	return r;
}

int spool_add(struct spool *spool, const void *bytes, size_t n)
{
	int r = 0;

	if (spool->fd < 0 && n > spool->memory - spool->buf.size) {
		r = move_to_file(spool);
	}
	if (r == 0 && spool->fd >= 0) {
		r = write_all(spool->fd, bytes, n);
	} else if (r == 0) {
		buf_add(&spool->buf, bytes, n);
		r = buf_status(&spool->buf);
	}
	if (r == 0) {
		spool->size += n;
	}
	return r;
}

static void release(void *context, const void *bytes)
{
	(void)bytes;
	free(context);
}

int spool_finish(struct spool *spool, struct roost_content **content_out)
{
	int r;

	if (spool->fd >= 0) {
		r = roost_content_create_fd(spool->fd, 0, spool->size, content_out);
		if (r == 0) {
			spool->fd = -1;
		}
	} else {
		char *data = spool->buf.data;
		if (data != NULL && spool->buf.capacity > spool->buf.size) {
			char *fitting = realloc(data, spool->buf.size > 0 ? spool->buf.size : 1);
			data = fitting == NULL ? data : fitting;
			spool->buf.data = data;
		}
		r = roost_content_create_borrowed(
			data, spool->buf.size, release, data, content_out);
		if (r == 0) {
			buf_init(&spool->buf, spool->memory);
		}
	}
	if (r == 0) {
		spool->size = 0;
	}
	return r;
}
