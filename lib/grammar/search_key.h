/* search_key.h - what SEARCH asks for, as the client put it. RFC 3501 section 6.4.4.
 *
 * The parser has turned FROM, SUBJECT and so on into HEADER, UNSEEN and so on into NOT, NEW and OLD
 * into what they stand for. Sequence sets are still in the client's numbers, text still in the
 * client's charset. */
#ifndef GRAMMAR_SEARCH_KEY_H
#define GRAMMAR_SEARCH_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include <roost/outline.h>

#include "grammar/sequence_set.h"

struct lexer;

enum search_key_kind {
	SEARCH_ALL,
	SEARCH_AND, /* all of `children` */
	SEARCH_OR, /* one of two children */
	SEARCH_NOT, /* not the one child */
	SEARCH_SEQUENCE, /* sequence numbers in `set` */
	SEARCH_UID, /* UIDs in `set` */
	SEARCH_RECENT,
	SEARCH_FLAG, /* `system_flag` */
	SEARCH_KEYWORD, /* `text` */
	SEARCH_HEADER, /* `header` and `text` */
	SEARCH_BODY, /* `text` */
	SEARCH_TEXT,
	SEARCH_BEFORE, /* `day`, for the internal date */
	SEARCH_ON,
	SEARCH_SINCE,
	SEARCH_SENT_BEFORE, /* `day`, for the Date field */
	SEARCH_SENT_ON,
	SEARCH_SENT_SINCE,
	SEARCH_LARGER, /* `number` */
	SEARCH_SMALLER,
	SEARCH_MODSEQ, /* `number`; RFC 7162 section 3.1.5 */
	SEARCH_OLDER, /* `number` of seconds; RFC 5032 */
	SEARCH_YOUNGER,
	SEARCH_SAVED_BEFORE, /* `day`; RFC 8514 */
	SEARCH_SAVED_ON,
	SEARCH_SAVED_SINCE,
	SEARCH_EMAIL_ID, /* `text`; RFC 8474 */
	SEARCH_THREAD_ID,
	SEARCH_FUZZY, /* the one child, loosely; RFC 6203 */
};

struct search_key {
	enum search_key_kind kind;
	struct search_key *children; /* first child */
	struct search_key *next; /* next child of the same parent */
	struct sequence_set set;
	unsigned system_flag;
	struct roost_text header;
	struct roost_text text; /* raw bytes in the charset of the command */
	int64_t day; /* days since 1970-01-01 */
	uint64_t number;
};

/* Whether a key of that kind is among the keys. */
bool search_key_has(const struct search_key *key, enum search_key_kind kind);

/* Read one or more keys up to the end of the command, as children of a SEARCH_AND in the lexer's
 * arena; at most ROOST_MAX_SEARCH_KEYS of them, nested at most ROOST_MAX_NESTING deep. */
bool search_key_parse(struct lexer *lexer, struct search_key **key_out);

#endif
