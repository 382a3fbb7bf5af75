/* flags.h - system flags and keywords. RFC 3501 section 2.3.2.
 *
 * \Recent is no flag of a message but of a session's sight of it; it is in no struct roost_flags.
 * Keywords are compared without regard to ASCII case; a store keeps the spelling that came first.
 */
#ifndef ROOST_FLAGS_H
#define ROOST_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/version.h>

ROOST_BEGIN_DECLS

struct roost_call;

enum roost_system_flag {
	ROOST_FLAG_SEEN = 1,
	ROOST_FLAG_ANSWERED = 2,
	ROOST_FLAG_FLAGGED = 4,
	ROOST_FLAG_DELETED = 8,
	ROOST_FLAG_DRAFT = 16,
};
#define ROOST_FLAGS_ALL_SYSTEM 31u

/* A set of flags. The keywords are borrowed, each is a NUL-terminated atom such as "$Forwarded",
 * none stands twice. */
struct roost_flags {
	unsigned system; /* of enum roost_system_flag */
	size_t keyword_count;
	const char *const *keywords;
};

enum roost_flags_mode {
	ROOST_FLAGS_SET, /* replace all flags */
	ROOST_FLAGS_ADD,
	ROOST_FLAGS_REMOVE,
};

/* What STORE asks for. RFC 3501 section 6.4.6, RFC 7162 section 3.1.3. */
struct roost_flags_change {
	size_t size; /* of this struct */
	enum roost_flags_mode mode;
	struct roost_flags flags;
	bool has_unchanged_since;
	uint64_t unchanged_since; /* leave messages with a higher modseq alone */
};

/* "\Seen" for ROOST_FLAG_SEEN and so on; NULL for anything else. Static. */
ROOST_API const char *roost_flag_name(enum roost_system_flag flag);
/* The system flag of that name ("\seen" in any case), or 0. */
ROOST_API unsigned roost_flag_from_name(const char *name, size_t n);
/* Whether `name` may be a keyword: a non-empty atom of at most ROOST_MAX_KEYWORD bytes without a
 * backslash at its start. RFC 3501 section 9, flag-keyword. */
ROOST_API bool roost_keyword_is_valid(const char *name, size_t n);
ROOST_API bool roost_flags_has_keyword(const struct roost_flags *flags, const char *keyword);
/* The same flags, in whatever order and case. */
ROOST_API bool roost_flags_equal(const struct roost_flags *a, const struct roost_flags *b);

ROOST_END_DECLS

#endif
