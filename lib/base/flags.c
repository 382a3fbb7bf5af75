/* flags.c - system flags and keywords. */
#include <roost/flags.h>

#include <string.h>

#include <roost/call.h>
#include <roost/error.h>
#include <roost/limits.h>
#include <roost/util.h>

#include "base/ascii.h"

static const struct {
	enum roost_system_flag flag;
	const char *name;
} system_flags[] = {
	{ ROOST_FLAG_SEEN, "\\Seen" },
	{ ROOST_FLAG_ANSWERED, "\\Answered" },
	{ ROOST_FLAG_FLAGGED, "\\Flagged" },
	{ ROOST_FLAG_DELETED, "\\Deleted" },
	{ ROOST_FLAG_DRAFT, "\\Draft" },
};
#define SYSTEM_FLAGS (sizeof(system_flags) / sizeof(system_flags[0]))

const char *roost_flag_name(enum roost_system_flag flag)
{
	for (size_t i = 0; i < SYSTEM_FLAGS; i++) {
		if (system_flags[i].flag == flag) {
			return system_flags[i].name;
		}
	}
	return NULL;
}

unsigned roost_flag_from_name(const char *name, size_t n)
{
	for (size_t i = 0; i < SYSTEM_FLAGS; i++) {
		if (strlen(system_flags[i].name) == n &&
			ascii_equal_nocase(system_flags[i].name, name, n)) {
			return system_flags[i].flag;
		}
	}
	return 0;
}

bool roost_keyword_is_valid(const char *name, size_t n)
{
	if (n == 0 || n > ROOST_MAX_KEYWORD) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)name[i];
		if (c <= ' ' || c >= 127 || strchr("(){%*\"\\]", c) != NULL) {
			return false;
		}
	}
	return true;
}

bool roost_flags_has_keyword(const struct roost_flags *flags, const char *keyword)
{
	for (size_t i = 0; i < flags->keyword_count; i++) {
		if (ascii_compare_nocase(flags->keywords[i], keyword) == 0) {
			return true;
		}
	}
	return false;
}

bool roost_flags_equal(const struct roost_flags *a, const struct roost_flags *b)
{
	if (a->system != b->system || a->keyword_count != b->keyword_count) {
		return false;
	}
	for (size_t i = 0; i < a->keyword_count; i++) {
		if (!roost_flags_has_keyword(b, a->keywords[i])) {
			return false;
		}
	}
	return true;
}

static unsigned change_system(unsigned flags, const struct roost_flags_change *change)
{
	switch (change->mode) {
	case ROOST_FLAGS_SET:
		return change->flags.system;
	case ROOST_FLAGS_ADD:
		return flags | change->flags.system;
	case ROOST_FLAGS_REMOVE:
		return flags & ~change->flags.system;
	}
	return flags;
}

int roost_util_update_flags(struct roost_call *call, const struct roost_flags *flags,
	const struct roost_flags_change *change, struct roost_flags *flags_out)
{
	const struct roost_flags *wanted = &change->flags;
	size_t most = flags->keyword_count + wanted->keyword_count;
	const char **keywords = NULL;
	size_t count = 0;

	if (most > 0) {
		keywords = roost_call_alloc(call, most * sizeof(*keywords));
		if (keywords == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
	}
	for (size_t i = 0; i < flags->keyword_count; i++) {
		bool named = roost_flags_has_keyword(wanted, flags->keywords[i]);
		if (change->mode == ROOST_FLAGS_ADD || named == (change->mode == ROOST_FLAGS_SET)) {
			keywords[count++] = flags->keywords[i];
		}
	}
	for (size_t i = 0; change->mode != ROOST_FLAGS_REMOVE && i < wanted->keyword_count; i++) {
		struct roost_flags so_far = { 0, count, keywords };
		if (!roost_flags_has_keyword(&so_far, wanted->keywords[i])) {
			keywords[count++] = wanted->keywords[i];
		}
	}
	if (count > ROOST_MAX_KEYWORDS) {
		return roost_call_fail(call, ROOST_ERR_LIMIT, "Too many keywords on one message");
	}
	*flags_out = (struct roost_flags) { change_system(flags->system, change), count, keywords };
	return 0;
}
