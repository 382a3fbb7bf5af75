/* sequence_set.h - sets of sequence numbers or UIDs as a client writes them. RFC 3501 section 9. */
#ifndef GRAMMAR_SEQUENCE_SET_H
#define GRAMMAR_SEQUENCE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/uidset.h>

#include "base/buf.h"

struct lexer;

/* "*": the largest number in use. */
#define SEQUENCE_STAR 0u

struct sequence_range {
	uint32_t first; /* as written: may be larger than last, may be SEQUENCE_STAR */
	uint32_t last;
};

struct sequence_set {
	const struct sequence_range *ranges; /* in the order written */
	size_t count;
	bool saved; /* "$": what the last SEARCH saved, and no ranges. RFC 5182 */
};

/* Read a set, "2,4:7,*" or "$"; at most ROOST_MAX_SET_ITEMS ranges. */
bool sequence_set_parse(struct lexer *lexer, struct sequence_set *set_out);
/* Write a uid-set, "2,4:7"; nothing for the empty set. RFC 4315 section 4. */
void uidset_write(struct buf *buf, const struct roost_uidset *set);

#endif
