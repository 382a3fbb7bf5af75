/* imap_url.h - where mail of another server is: imap://USER@HOST:PORT/MAILBOX. RFC 5092. */
#ifndef PROGRAM_IMAP_URL_H
#define PROGRAM_IMAP_URL_H

#include <stdbool.h>

struct imap_url {
	bool tls; /* imaps: from the first byte */
	char *user;
	char *host; /* without the brackets of an IPv6 address */
	char *port;
	char *mailbox; /* NULL: all */
};

bool imap_url_is_one(const char *text);

/* When it is none that can be used, says on stderr what to do and returns false. */
bool imap_url_parse(const char *text, struct imap_url *url_out);
void imap_url_clear(struct imap_url *url);

#endif
