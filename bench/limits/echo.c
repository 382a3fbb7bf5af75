/* echo.c - round trips of an epoll server that does nothing: no IMAP server has more. */
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/fail.h"
#include "common/moment.h"
#include "common/result.h"
#include "limit.h"
#include "peer.h"

enum { MESSAGE = 64, EVENTS_AT_ONCE = 256, CONNECTIONS_MAX = 1000 };

static const struct parameter parameters[] = {
	{ "connections", "64", "each with one message of 64 octets on the way" },
	{ "seconds", "2", "that it goes on" },
	{ 0 },
};

static void watch(int epoll, int fd, void *data)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = data };
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
		fail_errno("epoll_ctl");
	}
}

static int make_epoll(void)
{
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	if (epoll < 0) {
		fail_errno("epoll_create1");
	}
	return epoll;
}

/* What comes goes back, until the other side is gone. */
static void serve(int listener, void *context)
{
	int connections = *(const int *)context;
	int epoll = make_epoll();
	int *fds = take_memory((size_t)connections, sizeof(int));
	for (int i = 0; i < connections; i++) {
		fds[i] = peer_accept(listener);
		watch(epoll, fds[i], &fds[i]);
	}
	for (;;) {
		struct epoll_event events[EVENTS_AT_ONCE];
		int count = epoll_wait(epoll, events, EVENTS_AT_ONCE, -1);
		for (int i = 0; i < count; i++) {
			char message[4096];
			int fd = *(const int *)events[i].data.ptr;
			ssize_t length = recv(fd, message, sizeof(message), 0);
			if (length <= 0 || !peer_send(fd, message, (size_t)length)) {
				_exit(0);
			}
		}
	}
}

struct talker {
	int fd;
	double began;
	size_t missing; /* octets of the echo */
};

struct talk {
	int epoll;
	struct talker *talkers;
	int count;
	int running;
	double end;
	double rounds;
	struct samples latencies;
};

static void speak(struct talker *talker, double now)
{
	static const char message[MESSAGE] = "a";
	talker->began = now;
	talker->missing = MESSAGE;
	if (!peer_send(talker->fd, message, MESSAGE)) {
		fail_errno("send");
	}
}

static void hear(struct talk *talk, struct talker *talker)
{
	char message[MESSAGE];
	ssize_t length = recv(talker->fd, message, talker->missing, 0);
	if (length <= 0) {
		fail("the echo has ended");
	}
	talker->missing -= (size_t)length;
	if (talker->missing > 0) {
		return;
	}
	double now = moment_now();
	samples_add(&talk->latencies, now - talker->began);
	talk->rounds++;
	if (now < talk->end) {
		speak(talker, now);
	} else {
		talk->running--;
	}
}

static void converse(struct talk *talk, double seconds)
{
	double now = moment_now();
	talk->end = now + seconds;
	talk->running = talk->count;
	for (int i = 0; i < talk->count; i++) {
		speak(&talk->talkers[i], now);
	}
	while (talk->running > 0) {
		struct epoll_event events[EVENTS_AT_ONCE];
		int count = epoll_wait(talk->epoll, events, EVENTS_AT_ONCE, -1);
		for (int i = 0; i < count; i++) {
			hear(talk, events[i].data.ptr);
		}
	}
}

static void run(const struct parameters *given)
{
	struct peer peer = { 0 };
	struct cost cost = { 0 };
	double seconds = parameters_seconds(given, "seconds");
	struct talk talk = {
		.count = (int)parameters_number(given, "connections", 1, CONNECTIONS_MAX),
		.epoll = make_epoll(),
	};
	samples_reserve(&talk.latencies, 1 << 20);
	talk.talkers = take_memory((size_t)talk.count, sizeof(struct talker));
	peer_start(&peer, serve, &talk.count);
	for (int i = 0; i < talk.count; i++) {
		talk.talkers[i].fd = peer_connect(&peer);
		watch(talk.epoll, talk.talkers[i].fd, &talk.talkers[i]);
	}
	cost_begin(&cost, &peer.processes);
	converse(&talk, seconds);
	cost_end(&cost, &peer.processes);
	peer_stop(&peer);
	result_begin(given, "echo %d", talk.count);
	result_value(talk.rounds / cost.wall, "round trips/s");
	result_quantiles(&talk.latencies, "us");
	result_end(&cost);
	samples_clear(&talk.latencies);
	free(talk.talkers);
}

const struct limit echo_limit = {
	.name = "echo",
	.summary = "round trips of a bare TCP server: the bound of roundtrip",
	.parameters = parameters,
	.run = run,
};
