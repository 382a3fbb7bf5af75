/* sendfile.c - octets of a file in the page cache, over loopback: no server sends bodies faster. */
#include <sys/sendfile.h>
#include <unistd.h>

#include "limit.h"
#include "transfer.h"

static void send_file(int fd, const struct transfer *transfer)
{
	off_t at = 0;
	while (at < (off_t)transfer->octets) {
		size_t left = transfer->octets - (size_t)at;
		if (sendfile(fd, transfer->file, &at, left) <= 0) {
			_exit(1);
		}
	}
}

static void run(const struct parameters *given)
{
	struct transfer transfer = { .send = send_file };
	transfer_prepare(&transfer, given);
	transfer_run_tcp(&transfer, "sendfile");
	transfer_clear(&transfer);
}

const struct limit sendfile_limit = {
	.name = "sendfile",
	.summary = "a cached file over TCP: the bound of BODY[] without TLS",
	.parameters = transfer_parameters,
	.run = run,
};
