/* conn.h - one IMAP connection without a socket: bytes in, bytes out.
 *
 * For those who bring their own event loop; server.h is for everyone else. The object does no I/O,
 * starts no thread and knows no clock. It is used by one thread at a time. The loop around it:
 *
 *	wants() has		do
 *	ROOST_CONN_READ		feed what came from the client
 *	ROOST_CONN_RUN		run a slice of work, on a worker if it has MAY_BLOCK too
 *	ROOST_CONN_WRITE	send what output() gives, and tell sent()
 *	ROOST_CONN_DELAY	wait for as long as delay() says, then tell resume()
 *	ROOST_CONN_STARTTLS	once nothing is left to write: start TLS, and tell tls_started()
 *	ROOST_CONN_DEFLATE	once nothing is left to write: begin to compress, or end it, and tell
 *				deflate_switched()
 *	ROOST_CONN_CLOSE	once nothing is left to write: hang up
 */
#ifndef ROOST_CONN_H
#define ROOST_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/backend.h>
#include <roost/content.h>
#include <roost/limits.h>
#include <roost/outline.h>
#include <roost/updates.h>
#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_conn;

enum roost_conn_want {
	ROOST_CONN_READ = 1 << 0, /* takes more bytes */
	ROOST_CONN_RUN = 1 << 1, /* has work to do */
	ROOST_CONN_MAY_BLOCK = 1 << 2, /* with RUN: that work may block in the backend */
	ROOST_CONN_WRITE = 1 << 3, /* has bytes to send */
	ROOST_CONN_STARTTLS = 1 << 4, /* start the TLS handshake once all is written */
	ROOST_CONN_CLOSE = 1 << 5, /* close once all is written */
	ROOST_CONN_WAKE = 1 << 6, /* would do something on roost_conn_wake(): call it when woken */
	ROOST_CONN_POLL =
		1 << 7, /* would look for changes on roost_conn_poll(): call it now and then */
	ROOST_CONN_DELAY =
		1 << 8, /* holds an answer back: call roost_conn_resume() when it is time */
	ROOST_CONN_HARD_WORK =
		1 << 9, /* with RUN and MAY_BLOCK: that work keeps a processor busy, as hashing
			   a password does: better not more of it at once than there are cores */
	ROOST_CONN_DEFLATE =
		1 << 10, /* switch compression once all is written: on, or off if it is on */
};

enum roost_log_level { ROOST_LOG_ERROR, ROOST_LOG_WARNING, ROOST_LOG_INFO, ROOST_LOG_DEBUG };
/* Takes one event, without a line end: "event=login user=anna …" (logfmt). Never holds a password.
 * Any thread. */
typedef void (*roost_log_fn)(void *context, enum roost_log_level level, const char *line);

/* A command that was answered. Nothing of it lives longer than the call that it is given to. */
struct roost_conn_command {
	size_t size; /* of this struct */
	struct roost_text tag; /* absent when it could not be read */
	const char *name; /* "UID FETCH"; "UNKNOWN" */
	const char *mailbox; /* that it names, else the selected one; NULL: none. UTF-8 */
	const char *result; /* "OK", "NO" or "BAD" */
};

struct roost_conn_options {
	size_t size; /* of this struct */
	struct roost_backend
		*backend; /* outlives the connection. Without roost_updates_create() for it
			     before, the connection hears of nobody else's changes */
	const struct roost_limits *limits; /* copied; NULL: the defaults */
	const struct roost_conn_info *info; /* copied; NULL: no socket */
	bool starttls; /* the embedder can start TLS: STARTTLS is offered while there is none */
	bool insecure_auth; /* passwords are taken without TLS (for loopback, and for tests) */
	bool literal_minus; /* offer LITERAL- instead of LITERAL+ (RFC 7888) */

	/* Something changed that the connection may want to tell: call roost_conn_wake() soon, from
	 * the thread that drives it. Called by any thread, perhaps often; must not block and must
	 * not call back. */
	void (*woken)(void *context);
	roost_log_fn log; /* may be NULL */
	void *context; /* of all */

	/* May be NULL. A command was answered: the engine has no clock, but this has. Called in
	 * roost_conn_run() and roost_conn_feed(); must not call back. */
	void (*command_done)(void *context, const struct roost_conn_command *command);
	/* May be NULL. Whether all that this user, who has just signed in, says and hears is to be
	 * logged: a line of the conversation as an "event=trace" of ROOST_LOG_INFO. Of literals only
	 * the size is told, of LOGIN and AUTHENTICATE only the name. */
	bool (*traces)(void *context, const char *user);

	bool deflate; /* the embedder can compress: COMPRESS=DEFLATE is offered (RFC 4978) */
	bool no_unauthenticate; /* UNAUTHENTICATE is not offered (RFC 8437): behind a proxy that looks
				   at the first sign-in only it would go around the proxy's rules */
};

/* Make a connection; its greeting is ready to be sent. ROOST_ERR_NO_MEMORY, ROOST_ERR_INVALID. */
ROOST_API int roost_conn_create(
	const struct roost_conn_options *options, struct roost_conn **conn_out);
/* End it, at any point; may call the backend (close, logout). NULL is allowed. */
ROOST_API void roost_conn_destroy(struct roost_conn *conn);

/* What the connection waits for: ROOST_CONN_… bits. */
ROOST_API unsigned roost_conn_wants(const struct roost_conn *conn);

/* Take bytes from the client. Never blocks and never calls the backend. `used_out` says how many
 * were taken: fewer than `n` when a command is ready to run; feed the rest again when wants() has
 * READ. ROOST_ERR_NO_MEMORY: close the connection. */
ROOST_API int roost_conn_feed(
	struct roost_conn *conn, const void *bytes, size_t n, size_t *used_out);

/* Do one slice of work: run the command that is ready, or tell changes. May block in the backend.
 */
ROOST_API int roost_conn_run(struct roost_conn *conn);

/* What to send next: up to `n` pieces in order, valid until the next call of any function but
 * wants() and output(). Returns how many. */
ROOST_API size_t roost_conn_output(struct roost_conn *conn, struct roost_piece *pieces, size_t n);
/* The first `n` bytes of that were sent. */
ROOST_API void roost_conn_sent(struct roost_conn *conn, uint64_t n);

/* Set apart what waits to be sent, when the output is full and the command that filled it has more to
 * say. When that is true, wants() has ROOST_CONN_RUN, and roost_conn_run() may work ahead in one thread
 * while another sends: until roost_conn_join_output(), output() and sent() speak of what was set apart
 * alone, and may be called during roost_conn_run(). So up to twice what limits.h allows may wait. */
ROOST_API bool roost_conn_part_output(struct roost_conn *conn);
/* What roost_conn_run() has made comes next in the output. Not during roost_conn_run(). */
ROOST_API void roost_conn_join_output(struct roost_conn *conn);

/* TLS has begun after STARTTLS. Bytes that came in clear after the command are gone already. `info`
 * is copied. */
ROOST_API void roost_conn_tls_started(struct roost_conn *conn, const struct roost_conn_info *info);

/* The client's bytes and ours are compressed from here on, or no longer are: in both directions raw
 * DEFLATE (RFC 1951) without a dictionary. Bytes that came behind the command, and were not fed yet, are
 * of the new kind; the client's last compressed bytes are those that end its stream or flush it. RFC 4978
 * section 3, RFC 8437 section 4.1. */
ROOST_API void roost_conn_deflate_switched(struct roost_conn *conn);

/* After `woken`: the connection looks whether there is something to tell. */
ROOST_API void roost_conn_wake(struct roost_conn *conn);

/* Some time has passed, half a minute say: a connection in IDLE whose backend has a poll op has it look
 * for changes from outside. Otherwise nothing happens. */
ROOST_API void roost_conn_poll(struct roost_conn *conn);

/* With ROOST_CONN_DELAY: for how many milliseconds the answer is held back. Meanwhile the connection
 * takes no bytes, and its silence is not the client's. */
ROOST_API uint32_t roost_conn_delay(const struct roost_conn *conn);
/* That time has passed: the answer is given on the next run. */
ROOST_API void roost_conn_resume(struct roost_conn *conn);

/* How many seconds from the last use the connection may stay silent; then call roost_conn_expire(),
 * which says BYE and wants to close. "Use" is any whole command. RFC 3501 section 5.4. */
ROOST_API unsigned roost_conn_timeout_seconds(const struct roost_conn *conn);
/* How many commands have begun: when this has not changed for the timeout, it is over. */
ROOST_API uint64_t roost_conn_commands(const struct roost_conn *conn);
ROOST_API void roost_conn_expire(struct roost_conn *conn);

/* The server stops: say BYE after the command that runs, and want to close. */
ROOST_API void roost_conn_shutdown(struct roost_conn *conn);

/* The client is gone: what runs should give up (roost_call_cancelled). This and roost_conn_progress()
 * are the functions that another thread may call during roost_conn_run(), with what
 * roost_conn_part_output() allows. */
ROOST_API void roost_conn_cancel(struct roost_conn *conn);

/* What may be sent to a client that has waited for long while roost_conn_run() runs: a line that says
 * how far the command is, "* OK [INPROGRESS …] …" with its line end (RFC 9585). It goes out whole, before
 * anything of output(). Writes at most `size` bytes, and no NUL; returns how many, 0 when nothing can
 * be said now: nothing runs, or the command has begun to answer, or ROOST_CONN_PROGRESS_MAX bytes do not
 * fit. By one thread at a time. */
#define ROOST_CONN_PROGRESS_MAX 512
ROOST_API size_t roost_conn_progress(struct roost_conn *conn, char *line, size_t size);

/* Give back memory that an idle connection does not need. */
ROOST_API void roost_conn_trim(struct roost_conn *conn);

/* Who is signed in; NULL before that. Borrowed until the next call. */
ROOST_API const char *roost_conn_user(const struct roost_conn *conn);

ROOST_END_DECLS

#endif
