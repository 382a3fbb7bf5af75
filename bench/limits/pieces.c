/* pieces.c - a cached file over TCP as BODY[] of many messages goes: a line before each. */
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/fail.h"
#include "limit.h"
#include "peer.h"
#include "scratch.h"
#include "transfer.h"

enum { PIECE = 10240, LINE = 60, TOGETHER = 25 };

static const char line[LINE] = "* 1000 FETCH (UID 1000 BODY[] {10240}\r\n";

static void send_or_end(bool sent)
{
	if (!sent) {
		_exit(1);
	}
}

/* A line and a piece of the file, by two system calls. */
static void serve_by_sendfile(int fd, const struct transfer *transfer)
{
	for (off_t at = 0; at < (off_t)transfer->octets;) {
		off_t end = at + PIECE;
		send_or_end(send(fd, line, LINE, MSG_MORE) == LINE);
		while (at < end) {
			send_or_end(sendfile(fd, transfer->file, &at, (size_t)(end - at)) > 0);
		}
	}
}

static void write_all(int fd, struct iovec *parts, int count)
{
	while (count > 0) {
		ssize_t sent = writev(fd, parts, count);
		send_or_end(sent > 0);
		for (; count > 0 && (size_t)sent >= parts->iov_len; parts++, count--) {
			sent -= (ssize_t)parts->iov_len;
		}
		if (count > 0) {
			parts->iov_base = (char *)parts->iov_base + sent;
			parts->iov_len -= (size_t)sent;
		}
	}
}

/* Some pieces are read at once, and go out with their lines at once. */
static void serve_by_copies(int fd, const struct transfer *transfer)
{
	static char room[TOGETHER * PIECE];
	for (off_t at = 0; at < (off_t)transfer->octets; at += (off_t)sizeof(room)) {
		struct iovec parts[2 * TOGETHER];
		ssize_t length = pread(transfer->file, room, sizeof(room), at);
		int count = 0;
		send_or_end(length > 0);
		for (ssize_t begun = 0; begun < length; begun += PIECE) {
			parts[count++] = (struct iovec) { (char *)line, LINE };
			parts[count++] = (struct iovec) { room + begun, PIECE };
		}
		write_all(fd, parts, count);
	}
}

static void serve(int listener, void *context)
{
	const struct transfer *transfer = context;
	bool copies = parameters_is(transfer->given, "way", "copy");
	int fd = peer_accept(listener);
	char request;
	while (peer_receive(fd, &request, 1)) {
		if (copies) {
			serve_by_copies(fd, transfer);
		} else {
			serve_by_sendfile(fd, transfer);
		}
	}
}

static size_t receive(struct transfer *transfer, char *room, size_t size)
{
	ssize_t length = recv(transfer->fd, room, size, 0);
	return length > 0 ? (size_t)length : 0;
}

static void request(struct transfer *transfer)
{
	if (!peer_send(transfer->fd, "r", 1)) {
		fail_errno("send");
	}
}

static const struct parameter parameters[] = {
	{ "bytes", "102400000", "of the file: whole messages" },
	{ "repeat", "5", "how often it is sent" },
	{ "folder", "/tmp", "where the file is" },
	{ "way", "copy", "sendfile of each message, or copy: many read and sent at once" },
	{ 0 },
};

static void run(const struct parameters *given)
{
	struct peer peer = { 0 };
	struct transfer transfer = { .request = request, .receive = receive };
	parameters_require(given, "way", (const char *const[]) { "copy", "sendfile", NULL });
	transfer_prepare(&transfer, given);
	if (transfer.octets % PIECE != 0) {
		fail("bytes must be a multiple of %d", PIECE);
	}
	transfer.answer = transfer.octets / PIECE * (LINE + PIECE);
	peer_start(&peer, serve, &transfer);
	transfer.fd = peer_connect(&peer);
	transfer_run(&transfer, &peer, "pieces");
	close(transfer.fd);
	peer_stop(&peer);
	transfer_clear(&transfer);
}

const struct limit pieces_limit = {
	.name = "pieces",
	.summary = "a cached file over TCP in messages of 10 KiB with a line before each",
	.parameters = parameters,
	.run = run,
};
