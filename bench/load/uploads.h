/* uploads.h - messages that go into a mailbox, over one connection or several at once. */
#ifndef BENCH_UPLOADS_H
#define BENCH_UPLOADS_H

#include "client.h"
#include "common/samples.h"
#include "mail.h"

struct uploads {
	const char *mailbox;
	const struct mail_plan *plan;
	const struct mail
		*pool; /* written beforehand, used in turn; or NULL: written when needed */
	uint32_t pool_count;
	uint32_t window; /* commands that one connection has on the way; 1 without LITERAL+ */
	uint32_t next; /* number of the next message */
	uint32_t last;
	uint32_t done;
	struct samples *latencies; /* seconds, from the first octet to the OK; or NULL */
};

/* One connection's share of it. */
struct uploader {
	struct client client; /* first: a client of ours is an uploader */
	struct uploads *uploads;
	struct mail mail; /* on its way */
	const struct mail *now; /* that, or one of the pool */
	double began;
};

/* Let so many uploaders, which are signed in, send all messages; returns when all are answered. */
void uploads_run(struct uploads *uploads, struct uploader *uploaders, uint32_t count);
void uploader_clear(struct uploader *uploader);

#endif
