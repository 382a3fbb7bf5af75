/* bits.c - a set of numbers that come in crowds, a bit for each. */
#include "bits.h"

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#define MAX_PAGES ((size_t)64 * 1024)

void local_bits_clear(struct bits *bits)
{
	for (size_t i = 0; i < bits->count; i++) {
		free(bits->pages[i].bytes);
	}
	free(bits->pages);
	*bits = (struct bits) { .pages = NULL };
}

/* The place of the first page with that index or a higher one. */
static size_t find(const struct bits *bits, int64_t index)
{
	size_t low = 0, high = bits->count;
	/* Mostly there are no gaps between them. */
	if (index >= 0 && (uint64_t)index < bits->count && bits->pages[index].index == index) {
		return (size_t)index;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (bits->pages[middle].index < index) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static bool is_page(const struct bits *bits, size_t at, int64_t index)
{
	return at < bits->count && bits->pages[at].index == index;
}

const unsigned char *local_bits_page(const struct bits *bits, int64_t index)
{
	size_t at = find(bits, index);
	return is_page(bits, at, index) ? bits->pages[at].bytes : NULL;
}

bool local_bits_has(const struct bits *bits, int64_t number)
{
	const unsigned char *page =
		number < 0 ? NULL : local_bits_page(bits, number / BITS_PAGE_NUMBERS);
	size_t bit = (size_t)(number % BITS_PAGE_NUMBERS);
	return page != NULL && (page[bit / 8] >> bit % 8 & 1) != 0;
}

/* The page with that index, made empty when it is not there. */
static int make_page(struct bits *bits, int64_t index, unsigned char **page_out)
{
	size_t at = find(bits, index);
	if (is_page(bits, at, index)) {
		*page_out = bits->pages[at].bytes;
		return 0;
	}
	if (bits->count == MAX_PAGES || index < 0) {
		return ROOST_ERR_LIMIT;
	}
	if (bits->count == bits->capacity) {
		size_t capacity = bits->capacity == 0 ? 4 : bits->capacity * 2;
		struct bits_page *pages = realloc(bits->pages, capacity * sizeof(*pages));
		if (pages == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		bits->pages = pages;
		bits->capacity = capacity;
	}
	unsigned char *bytes = calloc(1, BITS_PAGE);
	if (bytes == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memmove(&bits->pages[at + 1], &bits->pages[at], (bits->count - at) * sizeof(*bits->pages));
	bits->pages[at] = (struct bits_page) { index, bytes };
	bits->count++;
	*page_out = bytes;
	return 0;
}

int local_bits_add(struct bits *bits, int64_t number)
{
	unsigned char *page;
	int r = number < 0 ? ROOST_ERR_LIMIT : make_page(bits, number / BITS_PAGE_NUMBERS, &page);
	if (r == 0) {
		size_t bit = (size_t)(number % BITS_PAGE_NUMBERS);
		page[bit / 8] |= (unsigned char)(1u << bit % 8);
	}
	return r;
}

int local_bits_put(struct bits *bits, int64_t index, const void *bytes)
{
	unsigned char *page;
	int r = make_page(bits, index, &page);
	if (r == 0) {
		memcpy(page, bytes, BITS_PAGE);
	}
	return r;
}

int64_t local_bits_highest(const struct bits *bits)
{
	for (size_t i = bits->count; i-- > 0;) {
		for (size_t bit = BITS_PAGE_NUMBERS; bit-- > 0;) {
			if ((bits->pages[i].bytes[bit / 8] >> bit % 8 & 1) != 0) {
				return bits->pages[i].index * BITS_PAGE_NUMBERS + (int64_t)bit;
			}
		}
	}
	return -1;
}

uint64_t local_bits_count(const struct bits *bits)
{
	uint64_t count = 0;
	for (size_t i = 0; i < bits->count; i++) {
		for (size_t k = 0; k < BITS_PAGE; k++) {
			count += (uint64_t)__builtin_popcount(bits->pages[i].bytes[k]);
		}
	}
	return count;
}

void local_bits_intersect(struct bits *bits, const struct bits *other)
{
	for (size_t i = 0; i < bits->count; i++) {
		const unsigned char *page = local_bits_page(other, bits->pages[i].index);
		for (size_t k = 0; k < BITS_PAGE; k++) {
			bits->pages[i].bytes[k] &= page == NULL ? 0 : page[k];
		}
	}
}
