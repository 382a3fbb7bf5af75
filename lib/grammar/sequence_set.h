/* sequence_set.h - sets of sequence numbers or UIDs as a client writes them. RFC 3501 section 9. */
#ifndef GRAMMAR_SEQUENCE_SET_H
#define GRAMMAR_SEQUENCE_SET_H

#include <stddef.h>
#include <stdint.h>

/* "*": the largest number in use. */
#define SEQUENCE_STAR 0u

struct sequence_range {
	uint32_t first; /* as written: may be larger than last, may be SEQUENCE_STAR */
	uint32_t last;
};

struct sequence_set {
	const struct sequence_range *ranges; /* in the order written */
	size_t count;
};

#endif
