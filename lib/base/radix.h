/* radix.h - sorting many things by a number. */
#ifndef BASE_RADIX_H
#define BASE_RADIX_H

#include <stddef.h>
#include <stdint.h>

struct radix_item {
	uint64_t key;
	uint32_t value; /* the caller's */
};

/* Sort by key, in time that grows with `count` alone; items with the same key stay in their order. `spare` has room for
 * as many, and what is left in it means nothing. */
void radix_sort(struct radix_item *items, struct radix_item *spare, size_t count);

/* A signed number as a key. */
static inline uint64_t radix_key_of(int64_t number)
{
	return (uint64_t)number ^ UINT64_C(1) << 63;
}

#endif
