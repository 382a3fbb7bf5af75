/* driver.h - drives connections without sockets: several clients of one memory backend.
 *
 * Every call ends at rest: all connections have run what they could, and what they said stands in
 * their `received`. A broken promise of conn.h ends the process with a message. */
#ifndef IMAP_DRIVER_H
#define IMAP_DRIVER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <roost/conn.h>

/* A growing run of bytes. All zero is the empty one. */
struct bytes {
	char *data; /* NUL-terminated, once something was added */
	size_t size;
	size_t capacity;
};
void bytes_add(struct bytes *bytes, const void *data, size_t n);
void bytes_add_text(struct bytes *bytes, const char *text);
void bytes_clear(struct bytes *bytes);

/* One client's end of a connection. */
struct wire {
	struct roost_conn *conn;
	atomic_bool woken;
	struct bytes received;
	size_t taken; /* of received, by wire_next() */
	bool split; /* whether the driver's way of splitting holds for this one */
};

/* How bytes travel. All zero: as much at a time as there is. */
struct driver_mode {
	size_t feed_size; /* bytes fed at a time; 0: all there are */
	size_t split_at; /* one cut after so many bytes of all that is fed; 0: none */
	size_t sent_size; /* bytes that sent() tells of at a time; 0: all there are */
};

#define DRIVER_WIRES 10

struct driver {
	struct roost_backend *backend;
	struct roost_updates *updates;
	struct driver_mode mode;
	size_t fed; /* bytes so far, of wires that are split */
	struct wire *wires[DRIVER_WIRES];
	const char *dump_name; /* NULL, or print all that travels */
};

/* Begin with a backend, which the driver owns from now on. */
void driver_open(struct driver *driver, struct roost_backend *backend, struct driver_mode mode);
void driver_close(struct driver *driver);

/* Make connection `index`. `backend`, `woken` and `context` of the options are filled in. */
struct wire *driver_connect(
	struct driver *driver, size_t index, const struct roost_conn_options *options);
void driver_disconnect(struct driver *driver, size_t index);

/* Bring all connections to rest. */
void driver_settle(struct driver *driver);
/* Send bytes. What a connection that closes or starts TLS does not take is dropped. */
void driver_send(struct driver *driver, struct wire *wire, const char *bytes, size_t n);

/* The next response line that was received, its literals included, without its CRLF. False when
 * there is none. `complete_out` tells whether its CRLF was there. */
bool wire_next(struct wire *wire, const char **line_out, size_t *size_out, bool *complete_out);
/* Whether all that was received was looked at. */
bool wire_is_read(const struct wire *wire);

/* Print a run of bytes, with what is not printable as \xNN. */
void driver_print(const char *label, const char *bytes, size_t n);

#endif
