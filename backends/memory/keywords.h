/* keywords.h - the keywords of a message, as a set that messages share, and the spellings that a
 * mailbox knows. */
#ifndef MEMORY_KEYWORDS_H
#define MEMORY_KEYWORDS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <roost/flags.h>

/* Different keywords that one mailbox knows. */
#define MEMORY_MAX_SPELLINGS 1024

/* Immutable, in the order of the names without case. No set at all (NULL) is the empty one. */
struct memory_keywords {
	atomic_uint refs;
	size_t count;
	const char *names[]; /* in the same block of memory */
};

struct memory_keywords *memory_keywords_ref(struct memory_keywords *set);
void memory_keywords_unref(struct memory_keywords *set);
bool memory_keywords_equal(const struct memory_keywords *a, const struct memory_keywords *b);
/* What `set` becomes when `given` is set, added or removed; one reference, the caller's.
 * ROOST_ERR_LIMIT above ROOST_MAX_KEYWORDS, ROOST_ERR_NO_MEMORY. */
int memory_keywords_change(struct memory_keywords *set, enum roost_flags_mode mode,
	struct memory_keywords *given, struct memory_keywords **set_out);

/* Every keyword that a mailbox has met, in the spelling that came first. All-zero is empty. */
struct memory_spellings {
	char **names; /* in order, without case */
	size_t count, capacity;
};

void memory_spellings_clear(struct memory_spellings *spellings);
/* Whether so many more may not have room. */
bool memory_spellings_tight(const struct memory_spellings *spellings, size_t more);
/* The same keywords in the mailbox's spelling, as a set with one reference, the caller's; with
 * `learn`, those that the mailbox does not know yet are added to it. ROOST_ERR_LIMIT when there are
 * too many, ROOST_ERR_NO_MEMORY. */
int memory_spellings_adopt(struct memory_spellings *spellings, const char *const *names,
	size_t count, bool learn, struct memory_keywords **set_out);

#endif
