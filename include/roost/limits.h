/* limits.h - a cap for everything that a client, a message or a disk can make large.
 *
 * The constants are fixed parts of the library. The members of struct roost_limits can be set for
 * each server or connection; roost_limits_init() fills in the defaults. */
#ifndef ROOST_LIMITS_H
#define ROOST_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#include <roost/version.h>

ROOST_BEGIN_DECLS

/* "There is no limit", for sizes. 0 is a limit: nothing may be stored. */
#define ROOST_NO_LIMIT UINT64_MAX

#define ROOST_MAX_MAILBOX_NAME 1000 /* bytes of UTF-8 */
#define ROOST_MAX_MAILBOX_LEVELS 50 /* names between delimiters */
#define ROOST_MAX_KEYWORD 255 /* bytes of one keyword */
#define ROOST_MAX_KEYWORDS 256 /* keywords of one message */
#define ROOST_MAX_NESTING 50 /* parentheses and NOT/OR in a command */
#define ROOST_MAX_SEARCH_KEYS 1000 /* in one SEARCH */
#define ROOST_MAX_SET_ITEMS 100000 /* ranges in one sequence set */
#define ROOST_MAX_FETCH_ITEMS 200 /* in one FETCH */
#define ROOST_MAX_FIELD_NAMES 500 /* in one HEADER.FIELDS */
#define ROOST_MAX_SECTION_DEPTH 100 /* numbers in one section, 1.2.3 */

#define ROOST_MAX_PARTS 1000 /* MIME parts that an outline tells of */
#define ROOST_MAX_PART_DEPTH 50 /* nesting of multipart and message/rfc822 */
#define ROOST_MAX_HEADER_FIELDS 2000 /* fields of one message that an outline tells of */
#define ROOST_MAX_PARAMETERS 100 /* of one Content-Type or Content-Disposition */
#define ROOST_MAX_ADDRESSES 5000 /* in all envelopes of one message */
#define ROOST_MAX_REFERENCES \
	200 /* message ids kept from References: the first and the last ones \
				  */
#define ROOST_MAX_MEMOS \
	(64u * 1024u * 1024u) /* bytes of what was worked out of messages, kept in memory for all
				 sessions */
#define ROOST_MAX_OUTLINE (256u * 1024u) /* bytes; details are left out before this is crossed */

struct roost_limits {
	size_t size; /* of this struct */

	size_t line; /* bytes of one command without the octets of its literals: 64 KiB */
	size_t literal; /* of a literal that is no message, after sign-in: 1 MiB */
	size_t literal_before_sign_in; /* of any literal before sign-in: 4 KiB */
	uint64_t message; /* of a message in APPEND: 64 MiB; the backend may set a lower one */
	size_t spool_memory; /* an appended message above this goes to a temporary file: 256 KiB */
	size_t output; /* rendered and not yet sent, before a command is parked: 256 KiB */
	size_t command_memory; /* arena of one command: 64 MiB */
	unsigned bad_commands; /* BAD in a row before BYE: 10 */
	unsigned sign_in_tries; /* failed sign-ins before BYE: 5 */
	unsigned idle_seconds; /* without a command after sign-in, IDLE too: 1800 (RFC 3501, 5.4) */
	unsigned sign_in_seconds; /* from one command to the next before sign-in: 60 */
	unsigned connections; /* of a server: 100000 */
	unsigned connections_per_address; /* 0: no limit, the default */
	size_t line_before_sign_in; /* as `line`, before sign-in: 16 KiB */
	unsigned
		messages; /* that one command works on: MESSAGELIMIT (RFC 9738); 0: any, the default */
	unsigned
		saved_messages; /* that one command stores: SAVELIMIT (RFC 9738); 0: any, the default */
	unsigned contexts; /* searches that one session has kept up to date (RFC 5267): 16; RFC
			      5267 wants at least 1 */
	size_t context_entries; /* that each of these may remember: messages in the order of SORT,
				   ranges of UIDs of SEARCH: 100000 */
};

/* Fill in `limits` with the defaults above, its size included. */
ROOST_API void roost_limits_init(struct roost_limits *limits);

ROOST_END_DECLS

#endif
