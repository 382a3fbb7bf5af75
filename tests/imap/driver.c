/* driver.c - drives connections without sockets. */
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

/* More steps than any exchange of these tests takes: a connection that never comes to rest. */
#define STEPS_MAX 5000000u

static _Noreturn void die(const char *what)
{
	(void)fprintf(stderr, "driver: %s\n", what);
	exit(1);
}

void bytes_add(struct bytes *bytes, const void *data, size_t n)
{
	if (bytes->capacity - bytes->size <= n) {
		size_t capacity = (bytes->size + n + 64) * 2;
		char *grown = realloc(bytes->data, capacity);
		if (grown == NULL) {
			die("out of memory");
		}
		bytes->data = grown;
		bytes->capacity = capacity;
	}
	if (n > 0) {
		memcpy(bytes->data + bytes->size, data, n);
	}
	bytes->size += n;
	bytes->data[bytes->size] = '\0';
}

void bytes_add_text(struct bytes *bytes, const char *text)
{
	bytes_add(bytes, text, strlen(text));
}

void bytes_clear(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes) { 0 };
}

void driver_print(const char *label, const char *bytes, size_t n)
{
	(void)printf("%s", label);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c == '\n') {
			(void)printf("\n%s", i + 1 < n ? label : "");
		} else if (c != '\r' || i + 1 == n || bytes[i + 1] != '\n') {
			(void)printf(c >= 0x20 && c < 0x7f ? "%c" : "\\x%02x", c);
		}
	}
	if (n == 0 || bytes[n - 1] != '\n') {
		(void)printf("\n");
	}
}

void driver_open(struct driver *driver, struct roost_backend *backend, struct driver_mode mode)
{
	*driver = (struct driver) { .backend = backend, .mode = mode };
	if (roost_updates_create(backend, &driver->updates) < 0) {
		die("roost_updates_create failed");
	}
}

void driver_close(struct driver *driver)
{
	for (size_t i = 0; i < DRIVER_WIRES; i++) {
		driver_disconnect(driver, i);
	}
	roost_updates_destroy(driver->updates);
	roost_backend_destroy(driver->backend);
}

static void wake(void *context)
{
	struct wire *wire = context;
	atomic_store(&wire->woken, true);
}

struct wire *driver_connect(
	struct driver *driver, size_t index, const struct roost_conn_options *options)
{
	struct wire *wire = calloc(1, sizeof(*wire));
	if (wire == NULL) {
		die("out of memory");
	}
	struct roost_conn_options filled = *options;
	filled.size = sizeof(filled);
	filled.backend = driver->backend;
	filled.woken = wake;
	filled.context = wire;
	if (roost_conn_create(&filled, &wire->conn) < 0) {
		die("roost_conn_create failed");
	}
	wire->split = true;
	driver->wires[index] = wire;
	driver_settle(driver);
	return wire;
}

void driver_disconnect(struct driver *driver, size_t index)
{
	struct wire *wire = driver->wires[index];
	if (wire == NULL) {
		return;
	}
	driver->wires[index] = NULL;
	roost_conn_destroy(wire->conn);
	bytes_clear(&wire->received);
	free(wire);
}

/* Add up to `n` bytes of a piece to what was received; returns how many. */
static size_t take_piece(struct wire *wire, const struct roost_piece *piece, size_t n)
{
	if (piece->size < n) {
		n = (size_t)piece->size;
	}
	if (piece->content == NULL) {
		bytes_add(&wire->received, piece->bytes, n);
		return n;
	}
	char *copy = malloc(n + 1);
	if (copy == NULL) {
		die("out of memory");
	}
	if (roost_content_read(piece->content, piece->offset, copy, n) != (int64_t)n) {
		die("a piece of output could not be read");
	}
	bytes_add(&wire->received, copy, n);
	free(copy);
	return n;
}

static void take_output(struct driver *driver, struct wire *wire)
{
	struct roost_piece pieces[4];
	size_t count = roost_conn_output(wire->conn, pieces, sizeof(pieces) / sizeof(pieces[0]));
	if (count == 0) {
		die("wants WRITE, but there is no output");
	}
	size_t room = wire->split && driver->mode.sent_size > 0 ? driver->mode.sent_size : SIZE_MAX;
	size_t total = 0;
	for (size_t i = 0; i < count && total < room; i++) {
		if (pieces[i].size == 0) {
			die("an empty piece of output");
		}
		total += take_piece(wire, &pieces[i], room - total);
	}
	if (driver->dump_name != NULL) {
		const struct bytes *received = &wire->received;
		driver_print("S: ", received->data + received->size - total, total);
	}
	roost_conn_sent(wire->conn, total);
}

/* One step of one connection; false when it is at rest. */
static bool step(struct driver *driver, struct wire *wire)
{
	if (atomic_exchange(&wire->woken, false)) {
		roost_conn_wake(wire->conn);
		return true;
	}
	unsigned wants = roost_conn_wants(wire->conn);
	if ((wants & ROOST_CONN_RUN) != 0) {
		int r = roost_conn_run(wire->conn);
		if (r < 0) {
			(void)fprintf(stderr, "driver: run: %s\n", roost_error_name(r));
			exit(1);
		}
		return true;
	}
	if ((wants & ROOST_CONN_WRITE) != 0) {
		take_output(driver, wire);
		return true;
	}
	return false;
}

void driver_settle(struct driver *driver)
{
	unsigned steps = 0;
	bool busy = true;
	while (busy) {
		busy = false;
		for (size_t i = 0; i < DRIVER_WIRES; i++) {
			while (driver->wires[i] != NULL && step(driver, driver->wires[i])) {
				busy = true;
				if (++steps > STEPS_MAX) {
					die("a connection does not come to rest");
				}
			}
		}
	}
}

/* How many bytes the mode lets travel at once. */
static size_t chunk_size(const struct driver *driver, const struct wire *wire, size_t n)
{
	const struct driver_mode *mode = &driver->mode;
	if (!wire->split) {
		return n;
	}
	if (mode->feed_size > 0 && n > mode->feed_size) {
		n = mode->feed_size;
	}
	if (mode->split_at > driver->fed && n > mode->split_at - driver->fed) {
		n = mode->split_at - driver->fed;
	}
	return n;
}

void driver_send(struct driver *driver, struct wire *wire, const char *bytes, size_t n)
{
	if (driver->dump_name != NULL) {
		driver_print("C: ", bytes, n);
	}
	unsigned stuck = 0;
	while (n > 0) {
		driver_settle(driver);
		unsigned wants = roost_conn_wants(wire->conn);
		if ((wants & (ROOST_CONN_CLOSE | ROOST_CONN_STARTTLS | ROOST_CONN_DEFLATE)) != 0) {
			break;
		}
		if ((wants & ROOST_CONN_READ) == 0) {
			die("at rest, and takes no bytes");
		}
		size_t chunk = chunk_size(driver, wire, n);
		/* A block of exactly this size, so that a sanitizer sees every overread. */
		char *copy = malloc(chunk);
		if (copy == NULL) {
			die("out of memory");
		}
		memcpy(copy, bytes, chunk);
		size_t used = 0;
		int r = roost_conn_feed(wire->conn, copy, chunk, &used);
		free(copy);
		if (r < 0) {
			(void)fprintf(stderr, "driver: feed: %s\n", roost_error_name(r));
			exit(1);
		}
		if (used > chunk) {
			die("more bytes used than were fed");
		}
		stuck = used == 0 ? stuck + 1 : 0;
		if (stuck > 3) {
			die("wants READ, but takes no bytes");
		}
		bytes += used;
		n -= used;
		driver->fed += wire->split ? used : 0;
	}
	driver_settle(driver);
}

/* The octets of the literal that the line ending at `end` announces, or -1. */
static long literal_size(const char *start, const char *end)
{
	if (end == start || end[-1] != '}') {
		return -1;
	}
	const char *digit = end - 1;
	while (digit > start && digit[-1] >= '0' && digit[-1] <= '9') {
		digit--;
	}
	if (digit == end - 1 || digit == start || digit[-1] != '{') {
		return -1;
	}
	return strtol(digit, NULL, 10);
}

bool wire_next(struct wire *wire, const char **line_out, size_t *size_out, bool *complete_out)
{
	if (wire_is_read(wire)) {
		return false;
	}
	const char *start = wire->received.data + wire->taken;
	const char *limit = wire->received.data + wire->received.size;
	const char *part = start;
	*line_out = start;
	for (;;) {
		const char *end = memmem(part, (size_t)(limit - part), "\r\n", 2);
		if (end == NULL) {
			*size_out = (size_t)(limit - start);
			*complete_out = false;
			wire->taken = wire->received.size;
			return true;
		}
		long literal = literal_size(part, end);
		if (literal < 0 || literal > limit - end - 2) {
			*size_out = (size_t)(end - start);
			*complete_out = true;
			wire->taken = (size_t)(end + 2 - wire->received.data);
			return true;
		}
		part = end + 2 + literal;
	}
}

bool wire_is_read(const struct wire *wire)
{
	return wire->taken == wire->received.size;
}
