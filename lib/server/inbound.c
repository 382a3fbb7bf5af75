/* inbound.c - from the socket to a connection. */
#include "server/inbound.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "server/link.h"
#include "server/loop.h"

/* What is read at once; so much may be kept when the connection takes none of it. */
#define READ_SIZE 16384

bool inbound_has_rest(const struct link *link)
{
	return link->rest != NULL;
}

void inbound_drop_rest(struct link *link)
{
	free(link->rest);
	link->rest = NULL;
	link->rest_size = 0;
	link->rest_taken = 0;
}

static bool keep_rest(struct link *link, const char *bytes, size_t n)
{
	link->rest = malloc(n);
	if (link->rest == NULL) {
		link_fail(link, "out of memory");
		return false;
	}
	memcpy(link->rest, bytes, n);
	link->rest_size = n;
	link->rest_taken = 0;
	return true;
}

static bool feed(struct link *link, const char *bytes, size_t n, size_t *used)
{
	*used = 0;
	if (roost_conn_feed(link->conn, bytes, n, used) < 0 || *used > n) {
		link_fail(link, "out of memory");
		return false;
	}
	link->trimmed = false;
	return true;
}

bool inbound_feed_rest(struct link *link)
{
	size_t used;
	if (!feed(link, link->rest + link->rest_taken, link->rest_size - link->rest_taken, &used)) {
		return false;
	}
	link->rest_taken += used;
	if (link->rest_taken == link->rest_size) {
		inbound_drop_rest(link);
	}
	return used > 0;
}

/* Read into the loop's scratch memory; 0 when nothing came. */
static size_t receive(struct link *link)
{
	ssize_t n = transport_read(&link->transport, link->loop->scratch, READ_SIZE);
	switch (n) {
	case TRANSPORT_EOF:
		link->ended = true;
		link->readable = false;
		return 0;
	case TRANSPORT_WANTS_READ:
		link->readable = false;
		return 0;
	case TRANSPORT_WANTS_WRITE:
		link->writable = false;
		return 0;
	case TRANSPORT_FAILED:
		link_drop(link);
		return 0;
	default:
		/* A short read has emptied the socket, or the event comes again. */
		link->bytes_in += (uint64_t)n;
		link->readable = n == READ_SIZE || transport_has_pending(&link->transport);
		return (size_t)n;
	}
}

bool inbound_is_readable(const struct link *link)
{
	return link->readable ||
	       (link->compression != NULL && compression_has_input(link->compression));
}

static bool check_compressed(struct link *link, ssize_t r)
{
	if (r < 0) {
		link_fail(link, r == ROOST_ERR_INVALID
					? "what came is not compressed as it should be"
					: "out of memory");
	}
	return r >= 0;
}

/* The client ends its compression: what is behind the end is plain. */
static bool find_end(struct link *link)
{
	const char *rest;
	size_t n;
	int r = compression_find_end(link->compression, &rest, &n);
	if (!check_compressed(link, r)) {
		return false;
	}
	if (r == 1) {
		if (n > 0 && !keep_rest(link, rest, n)) {
			return false;
		}
		compression_destroy(link->compression);
		link->compression = NULL;
	}
	return true;
}

/* The same as inbound_receive: a slice of what came, however much it stands for. */
static bool receive_compressed(struct link *link)
{
	struct compression *compression = link->compression;
	char *scratch = link->loop->scratch;
	if (!compression_has_input(compression)) {
		size_t n = receive(link);
		if (n == 0 || !check_compressed(link, compression_put(compression, scratch, n))) {
			return false;
		}
	}
	if (compression_is_ending(compression)) {
		return find_end(link);
	}
	ssize_t n = compression_take(compression, scratch, READ_SIZE);
	size_t used;
	if (!check_compressed(link, n) || !feed(link, scratch, (size_t)n, &used)) {
		return false;
	}
	return used == (size_t)n || keep_rest(link, scratch + used, (size_t)n - used);
}

bool inbound_begin_compression(struct link *link)
{
	int r = compression_create(&link->compression);
	if (r == 0 && link->rest != NULL) {
		r = compression_put(link->compression, link->rest + link->rest_taken,
			link->rest_size - link->rest_taken);
		inbound_drop_rest(link);
	}
	return check_compressed(link, r);
}

bool inbound_end_compression(struct link *link)
{
	compression_end(link->compression);
	return check_compressed(link, link->rest != NULL ? ROOST_ERR_INVALID : 0);
}

bool inbound_receive(struct link *link)
{
	if (link->compression != NULL) {
		return receive_compressed(link);
	}
	size_t n = receive(link);
	size_t used;
	if (n == 0 || !feed(link, link->loop->scratch, n, &used)) {
		return false;
	}
	return used == n || keep_rest(link, link->loop->scratch + used, n - used);
}

bool inbound_discard(struct link *link)
{
	return receive(link) > 0;
}
