/* keywords.c - the keywords of messages, and the spellings that a mailbox knows. */
#include "keywords.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <roost/call.h>
#include <roost/error.h>
#include <roost/limits.h>

#include "flagging.h"

struct keywords *local_keywords_ref(struct keywords *set)
{
	if (set != NULL) {
		atomic_fetch_add_explicit(&set->refs, 1, memory_order_relaxed);
	}
	return set;
}

void local_keywords_unref(struct keywords *set)
{
	if (set != NULL && atomic_fetch_sub_explicit(&set->refs, 1, memory_order_acq_rel) == 1) {
		free(set);
	}
}

int local_keywords_create(const char *const *names, size_t count, struct keywords **set_out)
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
	struct keywords *set = malloc(sizeof(*set) + count * sizeof(char *) + 2 * bytes);
	if (set == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	atomic_init(&set->refs, 1);
	set->count = count;
	char *at = (char *)&set->names[count];
	char *text = at + bytes;
	set->text = (struct roost_text) { text, bytes - 1 };
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(names[i]);
		set->names[i] = memcpy(at, names[i], size + 1);
		at += size + 1;
		memcpy(text, names[i], size);
		text[size] = ' ';
		text += size + 1;
	}
	*set_out = set;
	return 0;
}

int local_keywords_parse(struct roost_text text, struct keywords **set_out)
{
	const char *names[ROOST_MAX_KEYWORDS];
	size_t count = 0;
	int r = 0;
	char *copy = text.size == 0 ? NULL : strndup(text.bytes, text.size);
	if (text.size > 0 && copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (char *at = copy; r == 0 && at != NULL && *at != '\0';) {
		size_t n = strcspn(at, " ");
		bool last = at[n] == '\0';
		at[n] = '\0';
		if (n == 0 || count == ROOST_MAX_KEYWORDS) {
			r = ROOST_ERR_CORRUPT;
		} else {
			names[count++] = at;
			at += last ? n : n + 1;
		}
	}
	if (r == 0) {
		r = local_keywords_create(names, count, set_out);
	}
	free(copy);
	return r;
}

struct roost_flags local_keywords_flags(const struct keywords *set, unsigned system)
{
	struct roost_flags flags = { .system = system };
	if (set != NULL) {
		flags.keyword_count = set->count;
		flags.keywords = set->names;
	}
	return flags;
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static int compare(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return (unsigned char)lower(*a) - (unsigned char)lower(*b);
}

void local_names_clear(struct names *names)
{
	for (size_t i = 0; i < names->count; i++) {
		free(names->names[i]);
	}
	free(names->names);
	*names = (struct names) { .names = NULL };
}

int local_names_add(struct names *names, const char *name)
{
	size_t low = 0, high = names->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(names->names[middle], name);
		if (order == 0) {
			return 0;
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (names->count == names->capacity) {
		size_t capacity = names->capacity == 0 ? 8 : names->capacity * 2;
		char **grown = realloc(names->names, capacity * sizeof(*grown));
		if (grown == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		names->names = grown;
		names->capacity = capacity;
	}
	char *copy = strdup(name);
	if (copy == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	memmove(&names->names[low + 1], &names->names[low], (names->count - low) * sizeof(copy));
	names->names[low] = copy;
	names->count++;
	return 0;
}

/* The spelling that the mailbox knows; `*name_out` is NULL when it knows none. */
static int find(struct driver *db, struct roost_call *call, int64_t mailbox, const char *folded,
	const char **name_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "SELECT name FROM keyword WHERE mailbox = ? AND folded = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_text(s, folded, strlen(folded));
	r = local_driver_step(s);
	*name_out = NULL;
	if (r == 1) {
		struct roost_text name = local_driver_bytes(s, 0);
		*name_out = roost_call_strndup(call, name.bytes, name.size);
		r = *name_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
	}
	local_driver_done(s);
	return r;
}

static char *fold(struct roost_call *call, const char *name)
{
	char *folded = roost_call_strndup(call, name, strlen(name));
	for (char *at = folded; at != NULL && *at != '\0'; at++) {
		*at = lower(*at);
	}
	return folded;
}

static int insert(struct driver *db, int64_t mailbox, const char *folded, const char *name)
{
	struct driver_statement *s;
	int r = local_driver_prepare(
		db, "INSERT INTO keyword (mailbox, folded, name) VALUES (?, ?, ?)", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	local_driver_bind_text(s, folded, strlen(folded));
	local_driver_bind_text(s, name, strlen(name));
	return local_driver_run(s);
}

static int count_known(struct driver *db, int64_t mailbox, int64_t *count_out)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db, "SELECT COUNT(*) FROM keyword WHERE mailbox = ?", &s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	r = local_driver_step(s);
	*count_out = r == 1 ? local_driver_number(s, 0) : 0;
	local_driver_done(s);
	return r < 0 ? r : 0;
}

/* The keywords that messages of the mailbox have. */
static int list_used(struct driver *db, int64_t mailbox, struct names *used)
{
	struct driver_statement *s;
	int r = local_driver_prepare(db,
		"SELECT DISTINCT keywords FROM message WHERE mailbox = ? AND keywords IS NOT NULL",
		&s);
	if (r < 0) {
		return r;
	}
	local_driver_bind_number(s, mailbox);
	while ((r = local_driver_step(s)) == 1) {
		struct keywords *set;
		r = local_keywords_parse(local_driver_bytes(s, 0), &set);
		for (size_t i = 0; r == 0 && set != NULL && i < set->count; i++) {
			r = local_names_add(used, set->names[i]);
		}
		if (r < 0) {
			break;
		}
		local_keywords_unref(set);
	}
	local_driver_done(s);
	return r;
}

/* Forget the spellings that no message uses. */
static int sweep(struct driver *db, struct roost_call *call, int64_t mailbox)
{
	struct names used = { .names = NULL };
	struct driver_statement *s;
	int r = local_flagging_rows_settle(db, mailbox);
	if (r == 0) {
		r = list_used(db, mailbox, &used);
	}
	if (r == 0) {
		r = local_driver_prepare(db, "DELETE FROM keyword WHERE mailbox = ?", &s);
	}
	if (r == 0) {
		local_driver_bind_number(s, mailbox);
		r = local_driver_run(s);
	}
	for (size_t i = 0; r == 0 && i < used.count; i++) {
		const char *folded = fold(call, used.names[i]);
		r = folded == NULL ? ROOST_ERR_NO_MEMORY
				   : insert(db, mailbox, folded, used.names[i]);
	}
	local_names_clear(&used);
	return r;
}

static int learn_one(struct driver *db, struct roost_call *call, int64_t mailbox,
	const char *folded, const char *name, bool *swept_out)
{
	int64_t known;
	int r = count_known(db, mailbox, &known);
	if (r == 0 && known >= KEYWORDS_MAX_KNOWN) {
		*swept_out = true;
		r = sweep(db, call, mailbox);
		if (r == 0) {
			r = count_known(db, mailbox, &known);
		}
		if (r == 0 && known >= KEYWORDS_MAX_KNOWN) {
			r = ROOST_ERR_LIMIT;
		}
	}
	return r < 0 ? r : insert(db, mailbox, folded, name);
}

int local_keywords_adopt(struct driver *db, struct roost_call *call, int64_t mailbox,
	const struct roost_flags *given, bool learn, struct roost_flags *adopted_out,
	bool *swept_out)
{
	struct roost_flags adopted = { .system = given->system & ROOST_FLAGS_ALL_SYSTEM };
	if (given->keyword_count > ROOST_MAX_KEYWORDS) {
		return ROOST_ERR_LIMIT;
	}
	if (given->keyword_count > 0) {
		size_t count = given->keyword_count;
		const char **names = roost_call_alloc(call, count * sizeof(*names));
		if (names == NULL) {
			return ROOST_ERR_NO_MEMORY;
		}
		for (size_t i = 0; i < count; i++) {
			const char *folded = fold(call, given->keywords[i]);
			int r = folded == NULL ? ROOST_ERR_NO_MEMORY
					       : find(db, call, mailbox, folded, &names[i]);
			if (r == 0 && names[i] == NULL) {
				names[i] = given->keywords[i];
				r = learn ? learn_one(
						    db, call, mailbox, folded, names[i], swept_out)
					  : 0;
			}
			if (r < 0) {
				return r;
			}
		}
		adopted.keyword_count = count;
		adopted.keywords = names;
	}
	*adopted_out = adopted;
	return 0;
}
