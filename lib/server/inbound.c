/* inbound.c - from the socket to a connection. */
#include "server/inbound.h"

#include <stdlib.h>
#include <string.h>

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

bool inbound_receive(struct link *link)
{
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
