/* imap_reader.c - puts responses together from the bytes of a link. */
#include "imap_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>

#include "message.h"

/* Octets of a response without its literals. */
#define LINE_MAX_OCTETS ((size_t)1 << 20)
/* A literal up to this size is kept in memory, a larger one in a file without a name. */
#define SPOOL_ABOVE ((uint64_t)256 << 10)

struct imap_reader {
	struct imap_link *link;
	struct imap_text text;
	size_t capacity;
	char error[200];
};

struct imap_reader *imap_reader_create(struct imap_link *link)
{
	struct imap_reader *reader = calloc(1, sizeof(*reader));
	if (reader != NULL) {
		reader->link = link;
	}
	return reader;
}

static void drop_literals(struct imap_reader *reader)
{
	for (size_t i = 0; i < reader->text.literal_count; i++) {
		roost_content_unref(reader->text.literals[i]);
	}
	reader->text.literal_count = 0;
}

void imap_reader_destroy(struct imap_reader *reader)
{
	if (reader == NULL) {
		return;
	}
	drop_literals(reader);
	free(reader->text.bytes);
	free(reader);
}

static const char *append(struct imap_reader *reader, const char *bytes, size_t n)
{
	struct imap_text *text = &reader->text;
	if (n > LINE_MAX_OCTETS - text->size) {
		return "the server sent a line that is too long";
	}
	if (n > reader->capacity - text->size) {
		size_t capacity = 2 * (text->size + n) + 1024;
		char *grown = realloc(text->bytes, capacity);
		if (grown == NULL) {
			return strerror(ENOMEM);
		}
		text->bytes = grown;
		reader->capacity = capacity;
	}
	memcpy(text->bytes + text->size, bytes, n);
	text->size += n;
	return NULL;
}

/* Add up to and with the next line end. */
static const char *read_line(struct imap_reader *reader)
{
	for (;;) {
		const char *bytes = NULL;
		size_t n = 0;
		if (!imap_link_peek(reader->link, &bytes, &n)) {
			return imap_link_error(reader->link);
		}
		const char *newline = memchr(bytes, '\n', n);
		size_t line = newline != NULL ? (size_t)(newline - bytes) + 1 : n;
		const char *error = append(reader, bytes, line);
		imap_link_take(reader->link, line);
		if (error != NULL || newline != NULL) {
			return error;
		}
	}
}

static int open_spool(void)
{
	const char *folder = getenv("TMPDIR");
	char path[4096];
	folder = folder != NULL && folder[0] == '/' ? folder : "/tmp";
	int n = snprintf(path, sizeof(path), "%s/roost-import-XXXXXX", folder);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0) {
		(void)unlink(path);
	}
	return fd;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);
		if (written < 0 && errno != EINTR) {
			return -1;
		}
		bytes += written > 0 ? written : 0;
		n -= written > 0 ? (size_t)written : 0;
	}
	return 0;
}

/* Bytes go into the file, or with -1 to `memory`. */
static const char *read_bytes(struct imap_reader *reader, uint64_t size, int fd, char *memory)
{
	while (size > 0) {
		const char *bytes = NULL;
		size_t n = 0;
		if (!imap_link_peek(reader->link, &bytes, &n)) {
			return imap_link_error(reader->link);
		}
		n = n < size ? n : (size_t)size;
		if (fd < 0) {
			memcpy(memory, bytes, n);
			memory += n;
		} else if (write_all(fd, bytes, n) != 0) {
			(void)snprintf(reader->error, sizeof(reader->error),
				"a large message cannot be kept in TMPDIR: %m");
			return reader->error;
		}
		imap_link_take(reader->link, n);
		size -= n;
	}
	return NULL;
}

static void release(void *context, const void *bytes)
{
	(void)context;
	free((void *)(uintptr_t)bytes);
}

static const char *read_in_memory(
	struct imap_reader *reader, uint64_t size, struct roost_content **content_out)
{
	char *memory = malloc(size > 0 ? (size_t)size : 1);
	const char *error =
		memory == NULL ? strerror(ENOMEM) : read_bytes(reader, size, -1, memory);
	if (error == NULL && roost_content_create_borrowed(
				     memory, (size_t)size, release, NULL, content_out) < 0) {
		error = strerror(ENOMEM);
	}
	if (error != NULL) {
		free(memory);
	}
	return error;
}

static const char *read_in_file(
	struct imap_reader *reader, uint64_t size, struct roost_content **content_out)
{
	int fd = open_spool();
	if (fd < 0) {
		(void)snprintf(reader->error, sizeof(reader->error),
			"a large message cannot be kept in TMPDIR: %m");
		return reader->error;
	}
	const char *error = read_bytes(reader, size, fd, NULL);
	if (error == NULL && roost_content_create_fd(fd, 0, size, content_out) < 0) {
		error = strerror(ENOMEM);
	}
	if (error != NULL) {
		(void)close(fd);
	}
	return error;
}

static const char *read_literal(struct imap_reader *reader, uint64_t size)
{
	struct roost_content *content = NULL;
	if (reader->text.literal_count == IMAP_RESPONSE_LITERALS) {
		return "the server sent a response with too many literals";
	}
	if (size > MESSAGE_MAX) {
		return "the server sent a message of more than 1 GiB";
	}
	const char *error = size <= SPOOL_ABOVE ? read_in_memory(reader, size, &content)
						: read_in_file(reader, size, &content);
	if (error == NULL) {
		reader->text.literals[reader->text.literal_count++] = content;
	}
	return error;
}

const char *imap_reader_next(struct imap_reader *reader, struct imap_response *response_out)
{
	const char *error = NULL;
	drop_literals(reader);
	reader->text.size = 0;
	for (;;) {
		uint64_t size = 0;
		size_t begin = reader->text.size;
		error = read_line(reader);
		if (error != NULL) {
			return error;
		}
		const char *line = reader->text.bytes + begin;
		size_t n = reader->text.size - begin - 1;
		n -= n > 0 && line[n - 1] == '\r';
		if (!imap_response_announces(line, n, &size)) {
			reader->text.size = begin + n;
			break;
		}
		error = read_literal(reader, size);
		if (error != NULL) {
			return error;
		}
	}
	error = imap_response_parse(&reader->text, response_out);
	if (error == NULL) {
		return NULL;
	}
	(void)snprintf(reader->error, sizeof(reader->error),
		"the server sent what is no IMAP response: %s", error);
	return reader->error;
}
