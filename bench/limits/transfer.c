/* transfer.c - a file that a peer sends, again and again, and how fast it comes. */
#include "transfer.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "limit.h"
#include "scratch.h"

/* As much as the load generator reads at once. */
enum { ROOM = 256 * 1024 };

const struct parameter transfer_parameters[] = {
	{ "bytes", "100MB", "of the file" },
	{ "repeat", "5", "how often it is sent" },
	{ "folder", "/tmp", "where the file is" },
	{ 0 },
};

void transfer_prepare(struct transfer *transfer, const struct parameters *given)
{
	transfer->given = given;
	transfer->octets = (size_t)parameters_number(given, "bytes", 1, LIMIT_OCTETS_MAX);
	transfer->answer = transfer->octets;
	transfer->repeat = parameters_number(given, "repeat", 1, LIMIT_REPEAT_MAX);
	transfer->file = scratch_open(parameters_text(given, "folder"));
	char *octets = scratch_octets(transfer->octets);
	scratch_write(transfer->file, octets, transfer->octets);
	free(octets);
	transfer->mapped = mmap(NULL, transfer->octets, PROT_READ, MAP_SHARED, transfer->file, 0);
	if (transfer->mapped == MAP_FAILED) {
		fail_errno("mmap");
	}
}

static void fetch(struct transfer *transfer, char *room)
{
	transfer->request(transfer);
	for (size_t left = transfer->answer; left > 0;) {
		size_t part = transfer->receive(transfer, room, left < ROOM ? left : ROOM);
		if (part == 0) {
			fail("the file has ended too early");
		}
		left -= part;
	}
}

void transfer_run(struct transfer *transfer, const struct peer *peer, const char *name)
{
	struct cost cost = { 0 };
	struct samples speeds = { 0 };
	char *room = take_memory(ROOM, 1);
	/* Once for nothing: caches and windows are as wide as they get. */
	fetch(transfer, room);
	for (long i = 0; i < transfer->repeat; i++) {
		cost_begin(&cost, &peer->processes);
		double began = moment_now();
		fetch(transfer, room);
		double ended = moment_now();
		cost_end(&cost, &peer->processes);
		samples_add(&speeds, (double)transfer->answer / (ended - began) / 1e6);
	}
	result_begin(transfer->given, "%s", name);
	result_value(samples_quantile(&speeds, 0.5), "MB/s");
	result_samples(&speeds);
	result_end(&cost);
	samples_clear(&speeds);
	free(room);
}

/* Each octet that comes is a request. */
static void serve(int listener, void *context)
{
	const struct transfer *transfer = context;
	int fd = peer_accept(listener);
	char request;
	while (peer_receive(fd, &request, 1)) {
		transfer->send(fd, transfer);
	}
}

static void request(struct transfer *transfer)
{
	if (!peer_send(transfer->fd, "r", 1)) {
		fail_errno("send");
	}
}

static size_t receive(struct transfer *transfer, char *room, size_t size)
{
	ssize_t length = recv(transfer->fd, room, size, 0);
	return length > 0 ? (size_t)length : 0;
}

void transfer_run_tcp(struct transfer *transfer, const char *name)
{
	struct peer peer = { 0 };
	transfer->request = request;
	transfer->receive = receive;
	peer_start(&peer, serve, transfer);
	transfer->fd = peer_connect(&peer);
	transfer_run(transfer, &peer, name);
	close(transfer->fd);
	peer_stop(&peer);
}

void transfer_clear(struct transfer *transfer)
{
	(void)munmap(transfer->mapped, transfer->octets);
	close(transfer->file);
}
