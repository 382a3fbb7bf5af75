/* fake_conn.h - a connection (roost/conn.h) of a tiny line protocol, to be put under the server.
 *
 * Each command is a line, and is answered by lines:
 *	ECHO text	text, at once
 *	WORK text	text, by work that may block
 *	HARD text	the same, as hard work
 *	HARD_STUCK	"released", as STUCK, as hard work
 *	HOLD n		"held", held back for n milliseconds; to be silent for a second meanwhile is too long
 *	BLOCK		"cancelled", when cancelled
 *	STUCK		"released", after fake_release(), cancelled or not; the same holds
 *	BYTES n		n bytes of fake_byte(), written in slices up to the output limit
 *	POINTER n	the same, as content in memory
 *	FILE n		the same, as content in a file
 *	SOURCE n	the same, as content that can only be read
 *	BROKEN n	content that cannot be read
 *	LOGIN		"hello"; from then on there is a user
 *	ALLOW n		"allowed", and from then on to be silent for n seconds is too long
 *	INFO		"tls=TLSv1.3 remote=127.0.0.1 insecure=1"
 *	IDLE		"idling"; then "woken" each time it is woken, until the next line, "idle ends"
 *	STARTTLS	"begin", then TLS; "started" when it has begun
 *	QUIT		"bye", and the end
 * A greeting, "ready", comes first. */
#ifndef FAKE_CONN_H
#define FAKE_CONN_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>

struct fake_counts {
	atomic_int conns; /* that exist */
	atomic_int idling;
	atomic_int running; /* slices of BLOCK and STUCK */
	atomic_int cancelled; /* slices of BLOCK */
	atomic_int trimmed;
	atomic_int updates; /* that exist */
	atomic_int parted; /* times that output was set apart */
};
extern struct fake_counts fake_counts;

/* A backend that is never called. */
extern struct roost_backend fake_backend;

/* What BYTES and its kin consist of. */
char fake_byte(uint64_t offset);
/* Wake all connections that idle. */
void fake_wake(void);
/* Let STUCK go on. */
void fake_release(void);
/* STUCK is stuck again. */
void fake_hold(void);

#endif
