/* flag_changes.c - flags that changed at the source since the last import. */
#include "flag_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <roost/error.h>
#include <roost/limits.h>

char *flag_changes_write(const struct roost_flags *flags)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL) {
		return NULL;
	}
	fprintf(out, "%u", flags->system);
	for (size_t i = 0; i < flags->keyword_count; i++) {
		fprintf(out, " %s", flags->keywords[i]);
	}
	bool good = ferror(out) == 0;
	if (fclose(out) != 0 || !good) {
		free(text);
		return NULL;
	}
	return text;
}

/* Flags that were read from their text. */
struct parsed {
	struct roost_flags flags;
	char *words;
	const char *keywords[ROOST_MAX_KEYWORDS];
};

/* Without memory no flags are found. */
static void parse(const char *text, struct parsed *parsed)
{
	*parsed = (struct parsed) { .words = strdup(text) };
	parsed->flags.keywords = parsed->keywords;
	if (parsed->words == NULL) {
		return;
	}
	char *rest = parsed->words;
	const char *first = strsep(&rest, " ");
	parsed->flags.system = (unsigned)strtoul(first, NULL, 10) & ROOST_FLAGS_ALL_SYSTEM;
	for (char *word; (word = strsep(&rest, " ")) != NULL;) {
		if (word[0] != '\0' && parsed->flags.keyword_count < ROOST_MAX_KEYWORDS) {
			parsed->keywords[parsed->flags.keyword_count++] = word;
		}
	}
}

bool flag_changes_differ(const char *had, const struct roost_flags *has)
{
	struct parsed parsed;
	parse(had, &parsed);
	bool differ = !roost_flags_equal(&parsed.flags, has);
	free(parsed.words);
	return differ;
}

/* What `flags` have and `without` have not. */
static int subtract(const struct roost_flags *flags, const struct roost_flags *without,
	unsigned *system_out, char **keywords_out)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL) {
		return ROOST_ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < flags->keyword_count; i++) {
		if (!roost_flags_has_keyword(without, flags->keywords[i])) {
			fprintf(out, "%s%s", ftell(out) > 0 ? " " : "", flags->keywords[i]);
		}
	}
	bool good = ferror(out) == 0;
	if (fclose(out) != 0 || !good) {
		free(text);
		return ROOST_ERR_NO_MEMORY;
	}
	*system_out = flags->system & ~without->system;
	*keywords_out = text;
	return 0;
}

/* Add to the change of this kind, or begin one. Takes `keywords`. */
static int gather(
	struct flag_changes *changes, bool add, unsigned system, char *keywords, uint32_t uid)
{
	if (system == 0 && keywords[0] == '\0') {
		free(keywords);
		return 0;
	}
	size_t i = 0;
	for (; i < changes->count; i++) {
		const struct flag_change *change = &changes->list[i];
		if (change->add == add && change->system == system &&
			strcmp(change->keywords, keywords) == 0) {
			break;
		}
	}
	if (i == changes->count) {
		changes->list[changes->count++] = (struct flag_change) {
			.add = add,
			.system = system,
			.keywords = keywords,
		};
	} else {
		free(keywords);
	}
	return roost_uidset_add(&changes->list[i].uids, uid);
}

int flag_changes_add(
	struct flag_changes *changes, const char *had, const struct roost_flags *has, uint32_t uid)
{
	unsigned added = 0;
	unsigned removed = 0;
	char *added_keywords = NULL;
	char *removed_keywords = NULL;
	struct parsed parsed;
	if (changes->count + 2 > FLAG_CHANGES_MAX) {
		return 1;
	}
	parse(had, &parsed);
	int r = subtract(has, &parsed.flags, &added, &added_keywords);
	if (r == 0) {
		r = subtract(&parsed.flags, has, &removed, &removed_keywords);
	}
	free(parsed.words);
	if (r < 0) {
		free(added_keywords);
		return r;
	}
	r = gather(changes, true, added, added_keywords, uid);
	int other = gather(changes, false, removed, removed_keywords, uid);
	return r < 0 ? r : other;
}

int flag_changes_make(
	struct flag_changes *changes, struct roost_mailbox *mailbox, struct roost_call *call)
{
	int r = 0;
	for (size_t i = 0; r == 0 && i < changes->count; i++) {
		const struct flag_change *change = &changes->list[i];
		struct roost_uidset modified = ROOST_UIDSET_EMPTY;
		const char *keywords[ROOST_MAX_KEYWORDS];
		struct roost_flags_change wanted = {
			.size = sizeof(wanted),
			.mode = change->add ? ROOST_FLAGS_ADD : ROOST_FLAGS_REMOVE,
			.flags = { .system = change->system, .keywords = keywords },
		};
		char *rest = change->keywords;
		for (char *word; (word = strsep(&rest, " ")) != NULL;) {
			if (word[0] != '\0' && wanted.flags.keyword_count < ROOST_MAX_KEYWORDS) {
				keywords[wanted.flags.keyword_count++] = word;
			}
		}
		r = mailbox->ops->update_messages_flags(
			mailbox, call, &change->uids, &wanted, &modified, NULL, NULL);
		roost_uidset_clear(&modified);
	}
	flag_changes_clear(changes);
	return r;
}

void flag_changes_clear(struct flag_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		free(changes->list[i].keywords);
		roost_uidset_clear(&changes->list[i].uids);
	}
	changes->count = 0;
}
