/* keywords.h - the keywords of a message, as a set that messages share. */
#ifndef LOCAL_KEYWORDS_H
#define LOCAL_KEYWORDS_H

#include <stdatomic.h>
#include <stddef.h>

#include <roost/flags.h>
#include <roost/outline.h>

#include "driver.h"

/* Different keywords that one mailbox knows. */
#define KEYWORDS_MAX_KNOWN 1024

/* Immutable. No set at all (NULL) is the empty one. */
struct keywords {
	atomic_uint refs;
	size_t count;
	struct roost_text text; /* the names with a space between each two: as in the database */
	const char *names[]; /* all in the same block of memory */
};

struct keywords *local_keywords_ref(struct keywords *set);
void local_keywords_unref(struct keywords *set);
/* A set of names, one reference, the caller's. ROOST_ERR_LIMIT above ROOST_MAX_KEYWORDS,
 * ROOST_ERR_NO_MEMORY. */
int local_keywords_create(const char *const *names, size_t count, struct keywords **set_out);
/* The set whose text this is. */
int local_keywords_parse(struct roost_text text, struct keywords **set_out);
/* As struct roost_flags has them; borrowed from the set. */
struct roost_flags local_keywords_flags(const struct keywords *set, unsigned system);

/* Names in order without case, each once. All-zero is empty. */
struct names {
	char **names;
	size_t count, capacity;
};
void local_names_clear(struct names *names);
/* Add a name that is not there yet, in whatever case. ROOST_ERR_NO_MEMORY. */
int local_names_add(struct names *names, const char *name);

/* The same keywords in the spelling that the mailbox met first, in the memory of the call; with
 * `learn`, those that it does not know yet become known. Inside of a transaction. `swept_out` is
 * set, and else left alone, when keywords that no message has were forgotten to make room.
 * ROOST_ERR_LIMIT, ROOST_ERR_NO_MEMORY. */
int local_keywords_adopt(struct driver *db, struct roost_call *call, int64_t mailbox,
	const struct roost_flags *given, bool learn, struct roost_flags *adopted_out,
	bool *swept_out);

#endif
