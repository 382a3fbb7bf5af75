/* uidset.c - a set of UIDs, kept as sorted ranges. */
#include <roost/uidset.h>

#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "base/ascii.h"

void roost_uidset_clear(struct roost_uidset *set)
{
	free(set->ranges);
	*set = (struct roost_uidset)ROOST_UIDSET_EMPTY;
}

static int reserve(struct roost_uidset *set, size_t count)
{
	if (count <= set->capacity) {
		return 0;
	}
	size_t capacity = set->capacity == 0 ? 4 : set->capacity;
	while (capacity < count) {
		capacity *= 2;
	}
	struct roost_uid_range *ranges = realloc(set->ranges, capacity * sizeof(*ranges));
	if (ranges == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	set->ranges = ranges;
	set->capacity = capacity;
	return 0;
}

/* The index of the first range that ends at `uid` or later; the count when there is none. */
static size_t find(const struct roost_uidset *set, uint32_t uid)
{
	size_t low = 0;
	size_t high = set->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->ranges[middle].last < uid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* As find(), for a range that is not before `from`, and quick when it is near. */
static size_t find_from(const struct roost_uidset *set, size_t from, uint32_t uid)
{
	size_t step = 1;
	size_t low = from;
	size_t high = from;

	while (high < set->count && set->ranges[high].last < uid) {
		low = high + 1;
		high = set->count - high > step ? high + step : set->count;
		step *= 2;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->ranges[middle].last < uid) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Put `count` new places at `index` (which may be negative places: then as many go away). */
static void move_tail(struct roost_uidset *set, size_t from, size_t to)
{
	memmove(set->ranges + to, set->ranges + from, (set->count - from) * sizeof(*set->ranges));
	set->count = set->count - from + to;
}

int roost_uidset_add_range(struct roost_uidset *set, uint32_t first, uint32_t last)
{
	if (first == 0 || last == 0) {
		return ROOST_ERR_INVALID;
	}
	if (first > last) {
		uint32_t swap = first;
		first = last;
		last = swap;
	}
	/* All ranges from `begin` up to `end` touch the new one and become one with it. */
	size_t begin = set->count > 0 && set->ranges[set->count - 1].last < first - 1
			       ? set->count
			       : find(set, first - 1);
	size_t end = begin;
	while (end < set->count && (last == UINT32_MAX || set->ranges[end].first <= last + 1)) {
		end++;
	}
	if (begin == end) {
		int r = reserve(set, set->count + 1);
		if (r < 0) {
			return r;
		}
		move_tail(set, begin, begin + 1);
		set->ranges[begin] = (struct roost_uid_range) { first, last };
		return 0;
	}
	if (set->ranges[begin].first < first) {
		first = set->ranges[begin].first;
	}
	if (set->ranges[end - 1].last > last) {
		last = set->ranges[end - 1].last;
	}
	set->ranges[begin] = (struct roost_uid_range) { first, last };
	move_tail(set, end, begin + 1);
	return 0;
}

int roost_uidset_add(struct roost_uidset *set, uint32_t uid)
{
	return roost_uidset_add_range(set, uid, uid);
}

int roost_uidset_remove_range(struct roost_uidset *set, uint32_t first, uint32_t last)
{
	if (first == 0 || last == 0) {
		return ROOST_ERR_INVALID;
	}
	if (first > last) {
		uint32_t swap = first;
		first = last;
		last = swap;
	}
	size_t begin = find(set, first);
	if (begin == set->count || set->ranges[begin].first > last) {
		return 0;
	}
	if (set->ranges[begin].first < first && set->ranges[begin].last > last) {
		int r = reserve(set, set->count + 1);
		if (r < 0) {
			return r;
		}
		move_tail(set, begin, begin + 1);
		set->ranges[begin].last = first - 1;
		set->ranges[begin + 1].first = last + 1;
		return 0;
	}
	if (set->ranges[begin].first < first) {
		set->ranges[begin].last = first - 1;
		begin++;
	}
	size_t end = begin;
	while (end < set->count && set->ranges[end].last <= last) {
		end++;
	}
	if (end < set->count && set->ranges[end].first <= last) {
		set->ranges[end].first = last + 1;
	}
	move_tail(set, end, begin);
	return 0;
}

int roost_uidset_remove(struct roost_uidset *set, uint32_t uid)
{
	return roost_uidset_remove_range(set, uid, uid);
}

/* Append a range that begins at or after the last one's beginning. */
static int append(struct roost_uidset *set, uint32_t first, uint32_t last)
{
	if (set->count > 0) {
		struct roost_uid_range *tail = &set->ranges[set->count - 1];
		if (tail->last == UINT32_MAX || first <= tail->last + 1) {
			tail->last = last > tail->last ? last : tail->last;
			return 0;
		}
	}
	int r = reserve(set, set->count + 1);
	if (r < 0) {
		return r;
	}
	set->ranges[set->count++] = (struct roost_uid_range) { first, last };
	return 0;
}

static void replace(struct roost_uidset *set, struct roost_uidset *with)
{
	free(set->ranges);
	*set = *with;
}

int roost_uidset_add_set(struct roost_uidset *set, const struct roost_uidset *other)
{
	struct roost_uidset sum = ROOST_UIDSET_EMPTY;
	size_t i = 0;
	size_t j = 0;

	if (other->count == 0) {
		return 0;
	}
	if (set->count == 0 || roost_uidset_last(set) < roost_uidset_first(other)) {
		int r = reserve(set, set->count + other->count);
		for (size_t k = 0; r == 0 && k < other->count; k++) {
			r = append(set, other->ranges[k].first, other->ranges[k].last);
		}
		return r;
	}
	int r = reserve(&sum, set->count + other->count);
	if (r < 0) {
		return r;
	}
	while (i < set->count || j < other->count) {
		bool mine = j == other->count ||
			    (i < set->count && set->ranges[i].first <= other->ranges[j].first);
		const struct roost_uid_range *range =
			mine ? &set->ranges[i++] : &other->ranges[j++];
		(void)append(&sum, range->first, range->last); /* there is room */
	}
	replace(set, &sum);
	return 0;
}

int roost_uidset_remove_set(struct roost_uidset *set, const struct roost_uidset *other)
{
	struct roost_uidset rest = ROOST_UIDSET_EMPTY;
	size_t j = 0;

	if (set->count == 0 || other->count == 0) {
		return 0;
	}
	if (other->count == 1) {
		return roost_uidset_remove_range(
			set, other->ranges[0].first, other->ranges[0].last);
	}
	int r = reserve(&rest, set->count + other->count);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < set->count; i++) {
		uint64_t first = set->ranges[i].first;
		uint32_t last = set->ranges[i].last;
		while (j < other->count && other->ranges[j].last < first) {
			j++;
		}
		for (size_t k = j; k < other->count && other->ranges[k].first <= last; k++) {
			if (other->ranges[k].first > first) {
				(void)append(&rest, (uint32_t)first, other->ranges[k].first - 1);
			}
			first = (uint64_t)other->ranges[k].last + 1;
			j = k;
		}
		if (first <= last) {
			(void)append(&rest, (uint32_t)first, last);
		}
	}
	replace(set, &rest);
	return 0;
}

int roost_uidset_intersect(struct roost_uidset *set, const struct roost_uidset *other)
{
	struct roost_uidset both = ROOST_UIDSET_EMPTY;
	size_t i = 0;
	size_t j = 0;

	while (i < set->count && j < other->count) {
		const struct roost_uid_range *a = &set->ranges[i];
		const struct roost_uid_range *b = &other->ranges[j];
		uint32_t first = a->first > b->first ? a->first : b->first;
		uint32_t last = a->last < b->last ? a->last : b->last;
		if (first > last) {
			/* One of many gaps may cost little, however many the other has. */
			i = find_from(set, i, first);
			j = find_from(other, j, first);
			continue;
		}
		int r = append(&both, first, last);
		if (r < 0) {
			roost_uidset_clear(&both);
			return r;
		}
		if (a->last < b->last) {
			i++;
		} else {
			j++;
		}
	}
	replace(set, &both);
	return 0;
}

int roost_uidset_copy(struct roost_uidset *copy_out, const struct roost_uidset *set)
{
	int r = reserve(copy_out, set->count);

	if (r < 0) {
		return r;
	}
	if (set->count > 0) {
		memcpy(copy_out->ranges, set->ranges, set->count * sizeof(*set->ranges));
	}
	copy_out->count = set->count;
	return 0;
}

bool roost_uidset_contains(const struct roost_uidset *set, uint32_t uid)
{
	size_t index = find(set, uid);

	return index < set->count && set->ranges[index].first <= uid;
}

bool roost_uidset_equal(const struct roost_uidset *a, const struct roost_uidset *b)
{
	return a->count == b->count &&
	       (a->count == 0 || memcmp(a->ranges, b->ranges, a->count * sizeof(*a->ranges)) == 0);
}

uint64_t roost_uidset_size(const struct roost_uidset *set)
{
	uint64_t size = 0;

	for (size_t i = 0; i < set->count; i++) {
		size += (uint64_t)set->ranges[i].last - set->ranges[i].first + 1;
	}
	return size;
}

uint32_t roost_uidset_first(const struct roost_uidset *set)
{
	return set->count == 0 ? 0 : set->ranges[0].first;
}

uint32_t roost_uidset_last(const struct roost_uidset *set)
{
	return set->count == 0 ? 0 : set->ranges[set->count - 1].last;
}

bool roost_uidset_next(
	const struct roost_uidset *set, struct roost_uidset_iter *iter, uint32_t *uid_out)
{
	if (iter->range >= set->count) {
		return false;
	}
	const struct roost_uid_range *range = &set->ranges[iter->range];
	*uid_out = range->first + iter->offset;
	if (*uid_out == range->last) {
		iter->range++;
		iter->offset = 0;
	} else {
		iter->offset++;
	}
	return true;
}

/* A number from 1 to UINT32_MAX at *text, which moves behind it; 0 when there is none. */
static uint32_t parse_number(const char **text, const char *end)
{
	uint64_t number = 0;

	while (*text < end && ascii_is_digit(**text) && number <= UINT32_MAX) {
		number = number * 10 + (unsigned)(*(*text)++ - '0');
	}
	return number <= UINT32_MAX ? (uint32_t)number : 0;
}

int roost_uidset_parse(struct roost_uidset *set_out, const char *text, size_t n)
{
	struct roost_uidset set = ROOST_UIDSET_EMPTY;
	const char *end = text + n;
	int r;

	do {
		uint32_t first = parse_number(&text, end);
		uint32_t last = first;
		if (text < end && *text == ':') {
			text++;
			last = parse_number(&text, end);
		}
		r = roost_uidset_add_range(&set, first, last);
	} while (r == 0 && text < end && *text++ == ',');
	if (r == 0 && (text != end || n == 0 || end[-1] == ',')) {
		r = ROOST_ERR_INVALID;
	}
	if (r < 0) {
		roost_uidset_clear(&set);
		return r;
	}
	replace(set_out, &set);
	return 0;
}

static size_t format_number(char digits[10], uint32_t number)
{
	char reversed[10];
	size_t n = 0;

	do {
		reversed[n++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	for (size_t i = 0; i < n; i++) {
		digits[i] = reversed[n - 1 - i];
	}
	return n;
}

size_t roost_uidset_format(const struct roost_uidset *set, char *text, size_t n)
{
	size_t length = 0;
	char piece[23];

	for (int writing = 0; writing < 2; writing++) {
		if (writing) {
			if (n > 0) {
				text[length < n ? length : 0] = '\0';
			}
			if (length >= n) {
				return length;
			}
			length = 0;
		}
		for (size_t i = 0; i < set->count; i++) {
			size_t size = 0;
			if (i > 0) {
				piece[size++] = ',';
			}
			size += format_number(piece + size, set->ranges[i].first);
			if (set->ranges[i].last != set->ranges[i].first) {
				piece[size++] = ':';
				size += format_number(piece + size, set->ranges[i].last);
			}
			if (writing) {
				memcpy(text + length, piece, size);
			}
			length += size;
		}
	}
	return length;
}
