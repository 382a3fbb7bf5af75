/* message.h - one message on its way into a mailbox. */
#ifndef PROGRAM_MESSAGE_H
#define PROGRAM_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <roost/outline.h>

/* The most octets of a message that is imported: 1 GiB. */
#define MESSAGE_MAX ((size_t)1 << 30)

struct message {
	char *bytes; /* from malloc */
	size_t size;
	size_t capacity;
	unsigned system_flags; /* ROOST_FLAG_… bits */
	bool forwarded; /* has the keyword $Forwarded */
	bool has_date;
	struct roost_time date; /* the internal date */
	struct roost_time fallback_date; /* when there is no other: the file's */
};

/* Add bytes; a bare LF becomes CRLF, as IMAP wants lines to end. 0, ROOST_ERR_TOO_BIG,
 * ROOST_ERR_NO_MEMORY. */
int message_append(struct message *message, const char *bytes, size_t n);

/* Free the bytes and forget all. */
void message_clear(struct message *message);

#endif
