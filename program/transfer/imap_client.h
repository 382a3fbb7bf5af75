/* imap_client.h - a client of an IMAP server, for reading. RFC 3501. */
#ifndef PROGRAM_IMAP_CLIENT_H
#define PROGRAM_IMAP_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "imap_link.h"
#include "imap_response.h"

struct imap_client;

struct imap_client_options {
	struct imap_link_options link;
	bool tls; /* from the first byte; else STARTTLS */
	const char *user;
	const char *password;
};

/* Connect, and sign in. Without TLS, or with a certificate that proves nothing, only when the
 * options say so. On failure says why on stderr and returns false. `options` have to live as long as
 * the client. */
bool imap_client_open(const struct imap_client_options *options, struct imap_client **client_out);
/* Sign out. NULL is allowed. */
void imap_client_close(struct imap_client *client);

bool imap_client_can(const struct imap_client *client, const char *capability);

/* A command, without its tag and line end. The tag goes to `tag_out`. False when the connection is
 * broken; so for all below. */
bool imap_client_send(struct imap_client *client, uint32_t *tag_out, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* A command with the name of a mailbox behind it, and `after` behind that. */
bool imap_client_send_name(struct imap_client *client, uint32_t *tag_out, const char *command,
	struct roost_text name, const char *after);

/* Takes an untagged response; `response` is lent until it returns. */
typedef void (*imap_client_fn)(void *context, const struct imap_response *response);

/* Read up to the answer to the command; all untagged responses go to `take`, which may be NULL.
 * `good_out` tells whether it was OK; if it was not, imap_client_text() says why. */
bool imap_client_finish(struct imap_client *client, uint32_t tag, imap_client_fn take,
	void *context, bool *good_out);

/* What the server said last, for a person; or why the connection is broken. */
const char *imap_client_text(const struct imap_client *client);

#endif
