/* uidset.h - a set of UIDs (or of any numbers from 1 to 4294967295), kept as sorted ranges.
 *
 * A set costs memory per gap, not per number. An all-zero struct is the empty set. The ranges may
 * be read directly; they are ascending, disjoint and never adjacent. Not for use by two threads at
 * once unless both only read. RFC 3501 section 9, uid-set and sequence-set. */
#ifndef ROOST_UIDSET_H
#define ROOST_UIDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_uid_range {
	uint32_t first;
	uint32_t last; /* included */
};

struct roost_uidset {
	struct roost_uid_range *ranges;
	size_t count; /* of ranges */
	size_t capacity;
};

#define ROOST_UIDSET_EMPTY \
	{ \
		NULL, 0, 0 \
	}

/* Free the ranges; the set is empty afterwards and can be used again. */
ROOST_API void roost_uidset_clear(struct roost_uidset *set);

/* Those that can run out of memory return 0 or ROOST_ERR_NO_MEMORY, and then leave the set as it
 * was. */

/* Add one number, or all from `first` to `last` in either order. Zero is ROOST_ERR_INVALID.
 * Adding at the end takes constant time; elsewhere time grows with the number of ranges. */
ROOST_API int roost_uidset_add(struct roost_uidset *set, uint32_t uid);
ROOST_API int roost_uidset_add_range(struct roost_uidset *set, uint32_t first, uint32_t last);
ROOST_API int roost_uidset_remove(struct roost_uidset *set, uint32_t uid);
ROOST_API int roost_uidset_remove_range(struct roost_uidset *set, uint32_t first, uint32_t last);
/* set = set + other; set - other; what is in both. Time: the ranges of both. */
ROOST_API int roost_uidset_add_set(struct roost_uidset *set, const struct roost_uidset *other);
ROOST_API int roost_uidset_remove_set(struct roost_uidset *set, const struct roost_uidset *other);
ROOST_API int roost_uidset_intersect(struct roost_uidset *set, const struct roost_uidset *other);
/* Make `copy_out`, which must be empty or initialised, equal to `set`. */
ROOST_API int roost_uidset_copy(struct roost_uidset *copy_out, const struct roost_uidset *set);

ROOST_API bool roost_uidset_contains(const struct roost_uidset *set, uint32_t uid);
ROOST_API bool roost_uidset_equal(const struct roost_uidset *a, const struct roost_uidset *b);
/* How many numbers. Time: the ranges. */
ROOST_API uint64_t roost_uidset_size(const struct roost_uidset *set);
/* The smallest and the largest number; 0 when the set is empty. */
ROOST_API uint32_t roost_uidset_first(const struct roost_uidset *set);
ROOST_API uint32_t roost_uidset_last(const struct roost_uidset *set);

/* Walk through a set:
 *	struct roost_uidset_iter iter = {0};
 *	uint32_t uid;
 *	while (roost_uidset_next(set, &iter, &uid)) { … }
 * The set must not change meanwhile. */
struct roost_uidset_iter {
	size_t range;
	uint32_t offset;
};
ROOST_API bool roost_uidset_next(
	const struct roost_uidset *set, struct roost_uidset_iter *iter, uint32_t *uid_out);

/* Read "2,4:7,9" (without "*"). ROOST_ERR_INVALID, ROOST_ERR_NO_MEMORY. */
ROOST_API int roost_uidset_parse(struct roost_uidset *set_out, const char *text, size_t n);
/* Write the set as "2,4:7,9" with a final NUL. Returns the length without the NUL, also when `n`
 * was too small (then nothing is written but a NUL, if n > 0). */
ROOST_API size_t roost_uidset_format(const struct roost_uidset *set, char *text, size_t n);

ROOST_END_DECLS

#endif
