/* radix.c - sorting many things by a number: octet by octet, the lowest first. */
#include "base/radix.h"

#include <stdbool.h>
#include <string.h>

#define OCTETS 8u
#define VALUES 256u

static unsigned octet_of(uint64_t key, unsigned octet)
{
	return (unsigned)(key >> (8 * octet)) & (VALUES - 1);
}

/* Mail mostly comes in order already. */
static bool is_sorted(const struct radix_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (items[i].key < items[i - 1].key) {
			return false;
		}
	}
	return true;
}

static void move_by(unsigned octet, const size_t counts[VALUES], const struct radix_item *from,
	struct radix_item *to, size_t count)
{
	size_t places[VALUES];
	size_t place = 0;

	for (unsigned i = 0; i < VALUES; i++) {
		places[i] = place;
		place += counts[i];
	}
	for (size_t i = 0; i < count; i++) {
		to[places[octet_of(from[i].key, octet)]++] = from[i];
	}
}

void radix_sort(struct radix_item *items, struct radix_item *spare, size_t count)
{
	size_t counts[OCTETS][VALUES] = { 0 };
	struct radix_item *from = items, *to = spare;

	if (is_sorted(items, count)) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		for (unsigned octet = 0; octet < OCTETS; octet++) {
			counts[octet][octet_of(items[i].key, octet)]++;
		}
	}
	for (unsigned octet = 0; octet < OCTETS; octet++) {
		if (counts[octet][octet_of(items[0].key, octet)] == count) {
			continue; /* all have the same */
		}
		move_by(octet, counts[octet], from, to, count);
		struct radix_item *swapped = from;
		from = to;
		to = swapped;
	}
	if (from != items) {
		memcpy(items, from, count * sizeof(*items));
	}
}
