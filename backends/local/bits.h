/* bits.h - a set of numbers that come in crowds, a bit for each. */
#ifndef LOCAL_BITS_H
#define LOCAL_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers that stand together in memory. */
#define BITS_PAGE_NUMBERS 8192
#define BITS_PAGE ((size_t)BITS_PAGE_NUMBERS / 8)

struct bits_page {
	int64_t index; /* its first number is index * BITS_PAGE_NUMBERS */
	unsigned char *bytes; /* BITS_PAGE */
};

/* Numbers from 0 on; all-zero is empty. */
struct bits {
	struct bits_page *pages; /* in order; only those that have something */
	size_t count, capacity;
};

void local_bits_clear(struct bits *bits);
bool local_bits_has(const struct bits *bits, int64_t number);
/* ROOST_ERR_LIMIT (below 0, or beyond 64 MiB of pages), ROOST_ERR_NO_MEMORY. */
int local_bits_add(struct bits *bits, int64_t number);
/* Set a page from BITS_PAGE bytes. Errors as above. */
int local_bits_put(struct bits *bits, int64_t index, const void *bytes);
/* The page with that index, NULL when it is empty. */
const unsigned char *local_bits_page(const struct bits *bits, int64_t index);
/* The highest number; -1 when there is none. */
int64_t local_bits_highest(const struct bits *bits);
uint64_t local_bits_count(const struct bits *bits);
/* Keep only what is in `other` too. */
void local_bits_intersect(struct bits *bits, const struct bits *other);

#endif
