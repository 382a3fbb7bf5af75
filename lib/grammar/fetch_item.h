/* fetch_item.h - what FETCH asks for. RFC 3501 section 6.4.5. */
#ifndef GRAMMAR_FETCH_ITEM_H
#define GRAMMAR_FETCH_ITEM_H

#include <stdbool.h>

#include <roost/util.h>

#include "base/buf.h"

struct lexer;

enum fetch_item_kind {
	FETCH_UID,
	FETCH_FLAGS,
	FETCH_INTERNALDATE,
	FETCH_RFC822_SIZE,
	FETCH_ENVELOPE,
	FETCH_BODY, /* the structure without extension data */
	FETCH_BODYSTRUCTURE,
	FETCH_SECTION, /* BODY[…], BODY.PEEK[…] */
	FETCH_RFC822, /* the words for BODY[], BODY.PEEK[HEADER] and BODY[TEXT]: `section` is set
			 too */
	FETCH_RFC822_HEADER,
	FETCH_RFC822_TEXT,
	FETCH_MODSEQ, /* RFC 7162 section 3.1.4.2 */
	FETCH_EMAILID, /* RFC 8474 section 5 */
	FETCH_THREADID,
	FETCH_SAVEDATE, /* RFC 8514 section 4.2 */
	FETCH_BINARY, /* RFC 3516: BINARY[…], BINARY.PEEK[…], decoded; `section` has only numbers */
	FETCH_BINARY_SIZE,
	FETCH_PREVIEW, /* RFC 8970 */
};

/* The macros ALL, FAST and FULL have become their items. */
struct fetch_item {
	enum fetch_item_kind kind;
	bool sets_seen; /* BODY[…] and BINARY[…] without .PEEK, RFC822, RFC822.TEXT */
	bool lazy; /* PREVIEW (LAZY): only if it is at hand */
	struct roost_section section;
	struct fetch_item *next;
};

/* Read what stands after the set in FETCH: a macro, an item, or items in parentheses; at most
 * ROOST_MAX_FETCH_ITEMS. The items are in the lexer's arena. */
bool fetch_item_parse(struct lexer *lexer, struct fetch_item **items_out);
/* Whether an item of that kind is among them. */
bool fetch_item_have(const struct fetch_item *items, enum fetch_item_kind kind);
/* The name of an item as a response has it: "RFC822.SIZE", "BODY[HEADER.FIELDS (From)]<0>". */
void fetch_item_write_name(struct buf *buf, const struct fetch_item *item);

#endif
