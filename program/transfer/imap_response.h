/* imap_response.h - one response of an IMAP server, taken apart. RFC 3501 section 7.
 *
 * The bytes are hostile. What is not known is passed over; what cannot be a response is an error. */
#ifndef PROGRAM_IMAP_RESPONSE_H
#define PROGRAM_IMAP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/content.h>
#include <roost/limits.h>
#include <roost/outline.h>

/* Literals of one response. */
#define IMAP_RESPONSE_LITERALS 16
/* Flags of one message, and attributes of one mailbox: more are passed over. */
#define IMAP_RESPONSE_FLAGS (ROOST_MAX_KEYWORDS + 8)

/* The response without its last CRLF; a literal is "{N}" and a line end in it, and its bytes stand
 * in `literals`. Quoted strings are unescaped in place. */
struct imap_text {
	char *bytes;
	size_t size;
	struct roost_content *literals[IMAP_RESPONSE_LITERALS];
	size_t literal_count;
};

enum imap_kind {
	IMAP_OTHER, /* untagged, and not known */
	IMAP_CONTINUE, /* "+ …" */
	IMAP_TAGGED,
	IMAP_STATUS, /* untagged OK, NO, BAD, PREAUTH, BYE */
	IMAP_CAPABILITY,
	IMAP_LIST, /* LIST and LSUB */
	IMAP_EXISTS, /* and STATUS with MESSAGES */
	IMAP_FETCH,
};

enum imap_status {
	IMAP_OK,
	IMAP_NO,
	IMAP_BAD,
	IMAP_PREAUTH,
	IMAP_BYE,
};

struct imap_response {
	enum imap_kind kind;
	uint32_t tag; /* of IMAP_TAGGED, "A12" is 12 */
	enum imap_status status; /* of IMAP_TAGGED and IMAP_STATUS */
	struct roost_text text; /* for a person; or the capabilities, with spaces between them */
	struct roost_text capabilities; /* of a response code; absent when there is none */
	uint32_t uid_validity; /* of a response code; 0: none */

	bool subscribed; /* it is LSUB */
	char delimiter; /* '\0': no levels */
	struct roost_text name; /* of a mailbox, as the server writes it */
	uint32_t number; /* of messages, with IMAP_EXISTS */

	uint32_t uid; /* with IMAP_FETCH; 0: not told */
	bool has_flags, has_date;
	struct roost_text flags[IMAP_RESPONSE_FLAGS]; /* of a message; attributes of a mailbox */
	size_t flag_count;
	struct roost_time date;
	bool has_body;
	struct roost_content *body; /* borrowed; NULL: it is in `body_text`, or NIL */
	struct roost_text body_text;
};

/* Take the text apart. Returns NULL, or why it is no response, for a person. What the response has
 * is borrowed from the text. */
const char *imap_response_parse(struct imap_text *text, struct imap_response *response_out);

/* Whether a word is among others with spaces between them, in any case. */
bool imap_response_has_word(struct roost_text words, const char *word);

/* What stands at the end of a line that a literal follows, "{N}": true and N. */
bool imap_response_announces(const char *line, size_t n, uint64_t *size_out);

#endif
