/* sendfile.c - octets of a file in the page cache, over loopback: no server sends bodies faster. */
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/fail.h"
#include "limit.h"
#include "peer.h"
#include "scratch.h"
#include "transfer.h"

/* For each octet that comes the whole file goes. */
static void serve(int listener, void *context)
{
	const struct transfer *transfer = context;
	int fd = peer_accept(listener);
	char request;
	while (peer_receive(fd, &request, 1)) {
		off_t at = 0;
		while (at < (off_t)transfer->octets) {
			size_t left = transfer->octets - (size_t)at;
			if (sendfile(fd, transfer->file, &at, left) <= 0) {
				_exit(1);
			}
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

static void run(const struct parameters *given)
{
	struct peer peer = { 0 };
	struct transfer transfer = { .request = request, .receive = receive };
	transfer_prepare(&transfer, given);
	peer_start(&peer, serve, &transfer);
	transfer.fd = peer_connect(&peer);
	transfer_run(&transfer, &peer, "sendfile");
	close(transfer.fd);
	peer_stop(&peer);
	transfer_clear(&transfer);
}

const struct limit sendfile_limit = {
	.name = "sendfile",
	.summary = "a cached file over TCP: the bound of BODY[] without TLS",
	.parameters = transfer_parameters,
	.run = run,
};
