/* keywords.c - sets of keywords, and the spellings that a mailbox knows. */
#include "keywords.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>
#include <roost/limits.h>

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static int compare(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) - lower(*b);
}

static int compare_items(const void *a, const void *b)
{
	return compare(*(const char *const *)a, *(const char *const *)b);
}

/* A set of names that are in order already. */
static int build(const char *const *names, size_t count, struct memory_keywords **set_out)
{
	if (count == 0) {
		*set_out = NULL;
		return 0;
	}
	if (count > ROOST_MAX_KEYWORDS) {
		return ROOST_ERR_LIMIT;
	}
	size_t bytes = 0;
	for (size_t i = 0; i < count; i++) {
		bytes += strlen(names[i]) + 1;
	}
	struct memory_keywords *set = malloc(sizeof(*set) + count * sizeof(char *) + bytes);
	if (set == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	atomic_init(&set->refs, 1);
	set->count = count;
	char *at = (char *)&set->names[count];
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(names[i]) + 1;
		set->names[i] = memcpy(at, names[i], size);
		at += size;
	}
	*set_out = set;
	return 0;
}

struct memory_keywords *memory_keywords_ref(struct memory_keywords *set)
{
	if (set != NULL) {
		atomic_fetch_add_explicit(&set->refs, 1, memory_order_relaxed);
	}
	return set;
}

void memory_keywords_unref(struct memory_keywords *set)
{
	if (set != NULL && atomic_fetch_sub_explicit(&set->refs, 1, memory_order_acq_rel) == 1) {
		free(set);
	}
}

bool memory_keywords_equal(const struct memory_keywords *a, const struct memory_keywords *b)
{
	if (a == b) {
		return true;
	}
	if (a == NULL || b == NULL || a->count != b->count) {
		return false;
	}
	for (size_t i = 0; i < a->count; i++) {
		if (compare(a->names[i], b->names[i]) != 0) {
			return false;
		}
	}
	return true;
}

int memory_keywords_change(struct memory_keywords *set, enum roost_flags_mode mode,
	struct memory_keywords *given, struct memory_keywords **set_out)
{
	if (mode == ROOST_FLAGS_SET || (mode == ROOST_FLAGS_ADD && set == NULL)) {
		*set_out = memory_keywords_ref(given);
		return 0;
	}
	if (set == NULL || given == NULL) {
		*set_out = memory_keywords_ref(set);
		return 0;
	}
	const char *names[2 * ROOST_MAX_KEYWORDS];
	size_t count = 0, i = 0, j = 0;
	while (i < set->count || (mode == ROOST_FLAGS_ADD && j < given->count)) {
		int order = i == set->count     ? 1
			    : j == given->count ? -1
						: compare(set->names[i], given->names[j]);
		if (order < 0 || (order == 0 && mode == ROOST_FLAGS_ADD)) {
			names[count++] = set->names[i];
		} else if (order > 0 && mode == ROOST_FLAGS_ADD) {
			names[count++] = given->names[j];
		}
		i += order <= 0;
		j += order >= 0;
	}
	if (count == set->count) {
		*set_out = memory_keywords_ref(set);
		return 0;
	}
	return build(names, count, set_out);
}

void memory_spellings_clear(struct memory_spellings *spellings)
{
	for (size_t i = 0; i < spellings->count; i++) {
		free(spellings->names[i]);
	}
	free(spellings->names);
	*spellings = (struct memory_spellings) { .names = NULL };
}

bool memory_spellings_tight(const struct memory_spellings *spellings, size_t more)
{
	return more > MEMORY_MAX_SPELLINGS - spellings->count;
}

/* Where the keyword is, or else would stand. */
static size_t find(const struct memory_spellings *spellings, const char *name, bool *found_out)
{
	size_t low = 0, high = spellings->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(spellings->names[middle], name);
		if (order == 0) {
			*found_out = true;
			return middle;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	*found_out = false;
	return low;
}

static int learn_at(struct memory_spellings *spellings, size_t index, const char *name)
{
	if (memory_spellings_tight(spellings, 1)) {
		return ROOST_ERR_LIMIT;
	}
	if (spellings->count == spellings->capacity) {
		size_t capacity = spellings->capacity == 0 ? 8 : spellings->capacity * 2;
		char **names = realloc(spellings->names, capacity * sizeof(char *));
		if (names == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		spellings->names = names;
		spellings->capacity = capacity;
	}
	char *copy = strdup(name);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memmove(&spellings->names[index + 1], &spellings->names[index],
		(spellings->count - index) * sizeof(char *));
	spellings->names[index] = copy;
	spellings->count++;
	return 0;
}

int memory_spellings_adopt(struct memory_spellings *spellings, const char *const *names,
	size_t count, bool learn, struct memory_keywords **set_out)
{
	const char *spelled[ROOST_MAX_KEYWORDS];
	if (count > ROOST_MAX_KEYWORDS) {
		return ROOST_ERR_LIMIT;
	}
	for (size_t i = 0; i < count; i++) {
		bool found;
		size_t index = find(spellings, names[i], &found);
		if (!found && learn) {
			int r = learn_at(spellings, index, names[i]);
			if (r < 0) {
				return r;
			}
			found = true;
		}
		spelled[i] = found ? spellings->names[index] : names[i];
	}
	qsort(spelled, count, sizeof(spelled[0]), compare_items);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || compare(spelled[kept - 1], spelled[i]) != 0) {
			spelled[kept++] = spelled[i];
		}
	}
	return build(spelled, kept, set_out);
}
