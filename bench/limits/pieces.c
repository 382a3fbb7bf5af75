/* pieces.c - a cached file over TCP as BODY[] of many messages goes: a line before each. */
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/fail.h"
#include "limit.h"
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
static void send_by_sendfile(int fd, const struct transfer *transfer)
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
static void send_copies(int fd, const struct transfer *transfer)
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

static const struct parameter parameters[] = {
	{ "bytes", "102400000", "of the file: whole messages" },
	{ "repeat", "5", "how often it is sent" },
	{ "folder", "/tmp", "where the file is" },
	{ "way", "copy", "sendfile of each message, or copy: many read and sent at once" },
	{ 0 },
};

static void run(const struct parameters *given)
{
	struct transfer transfer = { .send = NULL };
	parameters_require(given, "way", (const char *const[]) { "copy", "sendfile", NULL });
	transfer.send = parameters_is(given, "way", "copy") ? send_copies : send_by_sendfile;
	transfer_prepare(&transfer, given);
	if (transfer.octets % PIECE != 0) {
		fail("bytes must be a multiple of %d", PIECE);
	}
	transfer.answer = transfer.octets / PIECE * (LINE + PIECE);
	transfer_run_tcp(&transfer, "pieces");
	transfer_clear(&transfer);
}

const struct limit pieces_limit = {
	.name = "pieces",
	.summary = "a cached file over TCP in messages of 10 KiB with a line before each",
	.parameters = parameters,
	.run = run,
};
