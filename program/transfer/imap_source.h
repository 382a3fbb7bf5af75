/* imap_source.h - the mail of another IMAP server. */
#ifndef PROGRAM_IMAP_SOURCE_H
#define PROGRAM_IMAP_SOURCE_H

#include "deposit.h"
#include "imap_client.h"
#include "imap_url.h"

struct imap_source {
	struct imap_client *client;
	const struct imap_url *url;
	const char *mailbox; /* INBOX goes there, and all others under it; NULL: nothing changes */
	const char *const *only; /* patterns; a mailbox has to match one of them */
	size_t only_count; /* 0: all */
};

/* Bring all of it into the mailboxes. */
void imap_source_read(const struct imap_source *source, struct deposit *deposit);

#endif
