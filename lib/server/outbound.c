/* outbound.c - from a connection's output to the socket. */
#include "server/outbound.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "server/link.h"
#include "server/loop.h"
#include "server/server.h"

#define MAX_PIECES 128

/* Files up to this size are read and sent together with what stands around them, which is one
 * system call for many; from larger ones sendfile(2) sends. */
#define SMALL_FILE 32768
#define SEND_FILE_AT_ONCE (1024 * 1024)

enum batch_end {
	BATCH_ALL, /* everything that waits is in the batch, or it is full */
	BATCH_SEND_FILE, /* next comes a file to be sent by sendfile */
	BATCH_FETCH, /* next comes content that a worker has to read */
	BATCH_FAILED, /* next comes content that cannot be read */
};

/* What goes out with one system call: the first pieces of output that are, or could be brought, in
 * memory. */
struct batch {
	struct iovec pieces[MAX_PIECES];
	int count;
	size_t size;
	size_t limit; /* of size; what is larger is cut */
	size_t scratch_used;
	enum batch_end end;
	const struct roost_piece *next; /* that `end` tells of */
};

static bool compresses(const struct link *link)
{
	return link->compression != NULL && !compression_is_ending(link->compression);
}

static void add(struct batch *batch, const void *bytes, uint64_t n)
{
	size_t room = batch->limit - batch->size;
	size_t size = n < room ? (size_t)n : room;
	if (size == 0) {
		return;
	}
	batch->pieces[batch->count++] =
		(struct iovec) { .iov_base = (void *)(uintptr_t)bytes, .iov_len = size };
	batch->size += size;
}

/* Read as much of a piece as the scratch memory takes. Whether that was all of it. */
static bool read_piece(struct link *link, struct batch *batch, const struct roost_piece *piece)
{
	size_t room = LOOP_SCRATCH - batch->scratch_used;
	if (room > batch->limit - batch->size) {
		room = batch->limit - batch->size;
	}
	size_t n = piece->size < room ? (size_t)piece->size : room;
	if (n == 0) {
		return piece->size == 0;
	}
	char *bytes = link->loop->scratch + batch->scratch_used;
	int64_t got = roost_content_read(piece->content, piece->offset, bytes, n);
	if (got != (int64_t)n) {
		batch->end = BATCH_FAILED;
		return false;
	}
	batch->scratch_used += n;
	add(batch, bytes, n);
	return n == piece->size;
}

static bool add_content(struct link *link, struct batch *batch, const struct roost_piece *piece)
{
	const char *bytes = roost_content_pointer(piece->content);
	if (bytes != NULL) {
		add(batch, bytes + piece->offset, piece->size);
		return true;
	}
	int fd;
	uint64_t offset;
	if (roost_content_descriptor(piece->content, &fd, &offset) == 0) {
		if (piece->size > SMALL_FILE && link->transport.ssl == NULL && !compresses(link) &&
			!link->no_send_file) {
			batch->end = BATCH_SEND_FILE;
			return false;
		}
		return read_piece(link, batch, piece);
	}
	if ((link->server->options.backend->features & ROOST_FEATURE_READS_NEVER_BLOCK) != 0) {
		return read_piece(link, batch, piece);
	}
	batch->end = BATCH_FETCH;
	return false;
}

/* Put one piece into the batch. False when nothing can follow it. */
static bool add_piece(struct link *link, struct batch *batch, const struct roost_piece *piece)
{
	const struct chunk *chunk = &link->chunk;
	if (chunk->bytes != NULL && batch->count == 0) {
		size_t left = chunk->size - chunk->sent;
		add(batch, chunk->bytes + chunk->sent, left);
		return left == piece->size;
	}
	if (piece->content == NULL) {
		add(batch, piece->bytes, piece->size);
		return true;
	}
	return add_content(link, batch, piece);
}

static void gather(
	struct link *link, struct batch *batch, const struct roost_piece *pieces, size_t n)
{
	for (size_t i = 0; i < n && batch->size < batch->limit; i++) {
		if (!add_piece(link, batch, &pieces[i])) {
			batch->next = &pieces[i];
			return;
		}
	}
}

void outbound_drop_chunk(struct link *link)
{
	roost_content_unref(link->chunk.content);
	free(link->chunk.bytes);
	memset(&link->chunk, 0, sizeof(link->chunk));
}

static void count_sent(struct link *link, uint64_t n)
{
	struct chunk *chunk = &link->chunk;
	link->bytes_out += n;
	if (chunk->bytes != NULL) {
		size_t left = chunk->size - chunk->sent;
		chunk->sent += n < left ? (size_t)n : left;
		if (chunk->sent == chunk->size) {
			outbound_drop_chunk(link);
		}
	}
	roost_conn_sent(link->conn, n);
}

/* What a write returned: bytes that went, or 0 and what it waits for is noted. */
static uint64_t look_at_written(struct link *link, ssize_t n, size_t wanted)
{
	switch (n) {
	case TRANSPORT_WANTS_READ:
		link->readable = false;
		return 0;
	case TRANSPORT_WANTS_WRITE:
		link->writable = false;
		return 0;
	case TRANSPORT_FAILED:
		link_drop(link);
		return 0;
	case TRANSPORT_SHORT:
		link_fail(link, "a message is shorter than it was");
		return 0;
	default:
		/* A short write has filled the socket. TLS tells by itself. */
		link->writable = link->transport.ssl != NULL || (size_t)n == wanted;
		return (uint64_t)n;
	}
}

static uint64_t written(struct link *link, ssize_t n, size_t wanted)
{
	uint64_t sent = look_at_written(link, n, wanted);
	if (sent > 0) {
		count_sent(link, sent);
	}
	return sent;
}

uint64_t outbound_send_progress(struct link *link)
{
	struct progress_line *line = link->progress;
	size_t size = line->size - line->sent;
	struct iovec piece = { .iov_base = line->bytes + line->sent, .iov_len = size };
	ssize_t r = transport_write(&link->transport, &piece, 1, false, link->loop->record);
	uint64_t sent = look_at_written(link, r, size);
	link->bytes_out += sent;
	line->sent += (size_t)sent;
	if (line->sent == line->size) {
		link->progress = NULL;
		free(line);
	}
	return sent;
}

static uint64_t send_file(struct link *link, const struct roost_piece *piece)
{
	int fd = -1;
	uint64_t offset = 0;
	int r = roost_content_descriptor(piece->content, &fd, &offset);
	uint64_t n = piece->size < SEND_FILE_AT_ONCE ? piece->size : SEND_FILE_AT_ONCE;
	ssize_t sent = TRANSPORT_NOT_SUPPORTED;
	if (r == 0) {
		sent = transport_send_file(&link->transport, fd, offset + piece->offset, (size_t)n);
	}
	if (sent == TRANSPORT_NOT_SUPPORTED) {
		link->no_send_file = true;
		return outbound_send(link);
	}
	return written(link, sent, (size_t)n);
}

/* Have a worker read the first part of a piece, or all of it if it is small. */
static void fetch(struct link *link, const struct roost_piece *piece)
{
	size_t n = piece->size < LOOP_SCRATCH ? (size_t)piece->size : LOOP_SCRATCH;
	struct chunk *chunk = &link->chunk;
	chunk->bytes = malloc(n);
	if (chunk->bytes == NULL) {
		link_fail(link, "out of memory");
		return;
	}
	chunk->size = n;
	chunk->sent = 0;
	chunk->offset = piece->offset;
	chunk->content = roost_content_ref(piece->content);
	link_submit(link, LINK_FETCH);
}

int outbound_fetch(struct link *link)
{
	struct chunk *chunk = &link->chunk;
	int64_t got = roost_content_read(chunk->content, chunk->offset, chunk->bytes, chunk->size);
	roost_content_unref(chunk->content);
	chunk->content = NULL;
	if (got < 0) {
		return (int)got;
	}
	return (size_t)got == chunk->size ? 0 : ROOST_ERR_CORRUPT;
}

/* What follows what is in memory, or comes first. */
static uint64_t send_next(struct link *link, const struct batch *batch)
{
	switch (batch->end) {
	case BATCH_SEND_FILE:
		return send_file(link, batch->next);
	case BATCH_FETCH:
		if (link->work == LINK_NO_WORK) {
			fetch(link, batch->next);
		}
		return 0;
	case BATCH_FAILED:
		link_fail(link, "a message cannot be read");
		return 0;
	case BATCH_ALL:
	default:
		return 0;
	}
}

/* Compress a batch. The client sees it at once when it is all there is. False when there is none. */
static bool compress(struct link *link)
{
	struct roost_piece pieces[MAX_PIECES];
	struct batch batch = { .limit = TRANSPORT_RECORD };
	if (link->progress != NULL) {
		return outbound_send_progress(link);
	}
	size_t n = roost_conn_output(link->conn, pieces, MAX_PIECES);
	bool last = (roost_conn_wants(link->conn) & ROOST_CONN_DEFLATE) != 0;
	uint64_t waiting = n == MAX_PIECES; /* there may be more */
	enum compression_flush flush = COMPRESSION_GO_ON;
	gather(link, &batch, pieces, n);
	if (batch.count == 0) {
		(void)send_next(link, &batch);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		waiting += pieces[i].size;
	}
	if (waiting == batch.size) {
		flush = last ? COMPRESSION_FINISH : COMPRESSION_FLUSH;
	}
	if (compression_add(link->compression, batch.pieces, batch.count, flush) < 0) {
		link_fail(link, "out of memory");
		return false;
	}
	link->compressed = batch.size;
	return true;
}

/* The connection is told when all that a batch has become is sent: until then it waits there, too. */
static uint64_t send_compressed(struct link *link)
{
	struct iovec piece;
	const char *bytes;
	if (link->compressed == 0 && !compress(link)) {
		return 0;
	}
	while ((piece.iov_len = compression_output(link->compression, &bytes)) > 0) {
		piece.iov_base = (void *)(uintptr_t)bytes;
		ssize_t r = transport_write(&link->transport, &piece, 1, false, link->loop->record);
		if (r <= 0) {
			return written(link, r, 0);
		}
		compression_sent(link->compression, (size_t)r);
	}
	uint64_t n = link->compressed;
	link->compressed = 0;
	count_sent(link, n);
	return n;
}

uint64_t outbound_send(struct link *link)
{
	if (compresses(link)) {
		return send_compressed(link);
	}
	struct roost_piece pieces[MAX_PIECES];
	struct batch batch = {
		.limit = link->transport.ssl != NULL ? TRANSPORT_RECORD : INT_MAX,
	};
	if (link->progress != NULL) {
		return outbound_send_progress(link);
	}
	size_t n = roost_conn_output(link->conn, pieces, MAX_PIECES);
	gather(link, &batch, pieces, n);
	if (batch.count > 0) {
		ssize_t r = transport_write(&link->transport, batch.pieces, batch.count,
			batch.end == BATCH_SEND_FILE, link->loop->record);
		return written(link, r, batch.size);
	}
	return send_next(link, &batch);
}
