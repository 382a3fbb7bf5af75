/* search_return.h - what of a search's result is wanted: RETURN (…). RFC 4731, RFC 5182, RFC 5267, RFC 9394. */
#ifndef GRAMMAR_SEARCH_RETURN_H
#define GRAMMAR_SEARCH_RETURN_H

#include <stdbool.h>
#include <stdint.h>

struct fetch_item;
struct lexer;

enum search_return_item {
	SEARCH_RETURN_MIN = 1 << 0,
	SEARCH_RETURN_MAX = 1 << 1,
	SEARCH_RETURN_ALL = 1 << 2,
	SEARCH_RETURN_COUNT = 1 << 3,
	SEARCH_RETURN_SAVE = 1 << 4,
	SEARCH_RETURN_PARTIAL = 1 << 5,
	SEARCH_RETURN_RELEVANCY = 1 << 6, /* RFC 6203 */
	SEARCH_RETURN_CONTEXT =
		1 << 7, /* a hint that more such searches come: RFC 5267 section 4.2 */
	SEARCH_RETURN_UPDATE = 1 << 8, /* tell also what changes: RFC 5267 section 4.3 */
};

/* Results from the `first` to the `last`, counted from 1, first <= last; from the end backwards with `from_end`. */
struct partial_range {
	uint32_t first;
	uint32_t last;
	bool from_end;
};

struct search_return {
	bool given; /* else the answer is as RFC 3501 has it */
	unsigned items; /* SEARCH_RETURN_… bits; "()" has become ALL */
	struct partial_range partial;
	struct fetch_item
		*update_items; /* of new messages, with UPDATE; NULL: none. RFC 5465 section 7 */
};

/* Read "RETURN (…)" and the space behind it, if it stands there. */
bool search_return_parse(struct lexer *lexer, struct search_return *return_out);
/* Read "1:500" or "-1:-500". */
bool partial_range_parse(struct lexer *lexer, struct partial_range *range_out);

#endif
