/* imap_link.h - bytes to and from another server, with TLS and a limit to how long it may be silent.
 */
#ifndef PROGRAM_IMAP_LINK_H
#define PROGRAM_IMAP_LINK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct imap_link;

struct imap_link_options {
	const char *host;
	const char *port;
	const char *ca_file; /* PEM; NULL: what the system trusts */
	bool insecure; /* take any certificate */
	unsigned timeout; /* seconds that the server may be silent */
	const volatile sig_atomic_t *stop; /* ends whatever waits */
};

/* Connect. `options` have to live as long as the link. False when that cannot be; the link is there
 * anyway, unless memory is out, and imap_link_error() says why. So for all below. */
bool imap_link_open(const struct imap_link_options *options, struct imap_link **link_out);
/* NULL is allowed. */
void imap_link_close(struct imap_link *link);

/* TLS from now on, with a server that is who it says. */
bool imap_link_start_tls(struct imap_link *link);

bool imap_link_write(struct imap_link *link, const char *bytes, size_t n);

/* The bytes that have come and were not taken: at least one. Until the next call. */
bool imap_link_peek(struct imap_link *link, const char **bytes_out, size_t *n_out);
/* They are used up. */
void imap_link_take(struct imap_link *link, size_t n);
/* Whether nothing has come that was not taken. */
bool imap_link_is_empty(const struct imap_link *link);

/* What went wrong, for a person; "" when nothing did. */
const char *imap_link_error(const struct imap_link *link);

#endif
