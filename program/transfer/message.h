/* message.h - one message on its way into a mailbox. */
#ifndef PROGRAM_MESSAGE_H
#define PROGRAM_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>
#include <roost/flags.h>
#include <roost/outline.h>

/* The most octets of a message that is imported: 1 GiB. */
#define MESSAGE_MAX ((size_t)1 << 30)

struct message {
	char *bytes; /* from malloc */
	size_t size;
	size_t capacity;
	struct roost_content *content; /* instead of `bytes`: one reference; NULL for none */
	bool exact; /* the bytes are added as they are, without new line ends */
	unsigned system_flags; /* ROOST_FLAG_… bits */
	char **keywords; /* from malloc, none twice */
	size_t keyword_count;
	bool has_date;
	struct roost_time date; /* the internal date */
	struct roost_time fallback_date; /* when there is no other: the file's */
	uint32_t wanted_uid; /* 0, or what it had where it comes from */
};

/* Add bytes; unless the message is `exact`, a bare LF becomes CRLF, as IMAP wants lines to end. 0,
 * ROOST_ERR_TOO_BIG, ROOST_ERR_NO_MEMORY. */
int message_append(struct message *message, const char *bytes, size_t n);

/* Give it a keyword; what cannot be one is passed over, and so are those beyond
 * ROOST_MAX_KEYWORDS. 0 or ROOST_ERR_NO_MEMORY. */
int message_add_keyword(struct message *message, const char *name, size_t n);

/* Give it a flag by its name in IMAP, "\Seen" or a keyword; as above. */
int message_add_flag(struct message *message, const char *name, size_t n);

/* Its flags; the keywords stay the message's. */
struct roost_flags message_flags(const struct message *message);

/* Free what it has and forget all. */
void message_clear(struct message *message);

#endif
