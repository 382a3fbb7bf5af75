/* fuzz_conn.c - one client that sends anything, over the memory backend with some mail in it.
 *
 * The first byte chooses how the session begins and how its bytes are cut: bit 0: signed in, bit 1: INBOX
 * selected, bit 2: a second session shares INBOX and sees what happens, bits 4 to 7: bytes at a time. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roost/conn.h>
#include <roost/memory.h>
#include <roost/updates.h>

#define MAX_OUTPUT (16u * 1024u * 1024u) /* far more than any answer to what a fuzzer sends */

static const char sign_in[] = "f0 LOGIN anna secret\r\n";
static const char fill[] =
	"f1 APPEND INBOX (\\Seen) {92+}\r\nFrom: Anna <a@b.c>\r\nTo: joe@d.e\r\n"
	"Subject: one\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n\r\nHi.\r\n\r\n"
	"f2 APPEND INBOX (kw) {120+}\r\nContent-Type: multipart/mixed; "
	"boundary=x\r\n\r\n--x\r\n\r\n"
	"text\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\n.\r\n--x--\r\n\r\n"
	"f3 CREATE work/old\r\nf4 SUBSCRIBE work\r\n";
static const char choose[] = "f5 SELECT INBOX\r\n";

static void woken(void *context)
{
	__atomic_store_n((bool *)context, true, __ATOMIC_RELAXED);
}

struct peer {
	struct roost_conn *conn;
	bool woken;
	uint64_t received;
};

/* Do all that the connection wants, but take no more bytes in. */
static void settle(struct peer *peer)
{
	unsigned wants;

	if (__atomic_exchange_n(&peer->woken, false, __ATOMIC_RELAXED)) {
		roost_conn_wake(peer->conn);
	}
	while (((wants = roost_conn_wants(peer->conn)) & (ROOST_CONN_RUN | ROOST_CONN_WRITE)) !=
		0) {
		struct roost_piece pieces[4];
		uint64_t size = 0;
		if ((wants & ROOST_CONN_RUN) != 0 && roost_conn_run(peer->conn) < 0) {
			return;
		}
		size_t n = roost_conn_output(peer->conn, pieces, 4);
		for (size_t i = 0; i < n; i++) {
			size += pieces[i].size;
		}
		roost_conn_sent(peer->conn, size);
		peer->received += size;
		if (peer->received > MAX_OUTPUT) {
			abort(); /* answers without end */
		}
	}
	if ((wants & ROOST_CONN_STARTTLS) != 0) {
		struct roost_conn_info info = {
			.size = sizeof(info), .tls = true, .tls_version = "TLSv1.3"
		};
		roost_conn_tls_started(peer->conn, &info);
	}
	if ((wants & ROOST_CONN_DEFLATE) != 0) {
		roost_conn_deflate_switched(peer->conn);
	}
}

static void send_bytes(struct peer *peer, const void *bytes, size_t n, size_t step)
{
	const char *at = bytes;

	while (n > 0 && (roost_conn_wants(peer->conn) & ROOST_CONN_CLOSE) == 0) {
		size_t length = n < step ? n : step;
		size_t used = 0;
		if (roost_conn_feed(peer->conn, at, length, &used) < 0) {
			return;
		}
		at += used;
		n -= used;
		settle(peer);
		if (used == 0 && (roost_conn_wants(peer->conn) &
					 (ROOST_CONN_READ | ROOST_CONN_CLOSE)) == 0) {
			abort(); /* stuck: takes nothing and wants nothing */
		}
	}
}

static void connect_peer(struct peer *peer, struct roost_backend *backend)
{
	struct roost_limits limits;
	roost_limits_init(&limits);
	limits.spool_memory = 128;
	limits.output = 512;
	limits.line = 2048;
	struct roost_conn_options options = {
		.size = sizeof(options),
		.backend = backend,
		.limits = &limits,
		.starttls = true,
		.insecure_auth = true,
		.deflate = true,
		.woken = woken,
		.context = &peer->woken,
	};
	if (roost_conn_create(&options, &peer->conn) < 0) {
		abort();
	}
	settle(peer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct roost_backend *backend;
	struct roost_updates *updates;
	struct peer client = { NULL, false, 0 };
	struct peer other = { NULL, false, 0 };

	if (size == 0) {
		return 0;
	}
	uint8_t choice = bytes[0];
	if (roost_memory_create(NULL, &backend) < 0 ||
		roost_memory_add_user(backend, "anna", "secret") < 0 ||
		roost_updates_create(backend, &updates) < 0) {
		abort();
	}
	connect_peer(&client, backend);
	connect_peer(&other, backend);
	send_bytes(&other, sign_in, sizeof(sign_in) - 1, 4096);
	send_bytes(&other, fill, sizeof(fill) - 1, 4096);
	if ((choice & 4) != 0) {
		send_bytes(&other, choose, sizeof(choose) - 1, 4096);
	}
	if ((choice & 1) != 0) {
		send_bytes(&client, sign_in, sizeof(sign_in) - 1, 4096);
	}
	if ((choice & 2) != 0) {
		send_bytes(&client, choose, sizeof(choose) - 1, 4096);
	}
	send_bytes(&client, bytes + 1, size - 1, (size_t)(choice >> 4) * 7 + 1);
	settle(&other);
	static const char end[] = "f6 NOOP\r\nf7 FETCH 1:* (FLAGS UID)\r\nf8 LOGOUT\r\n";
	send_bytes(&other, end, sizeof(end) - 1, 4096);

	roost_conn_destroy(client.conn);
	roost_conn_destroy(other.conn);
	roost_updates_destroy(updates);
	roost_backend_destroy(backend);
	return 0;
}
