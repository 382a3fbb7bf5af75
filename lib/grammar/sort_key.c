/* sort_key.c - in which order SORT tells messages, and how THREAD groups them. */
#include "grammar/sort_key.h"

#include "base/text.h"
#include "grammar/lexer.h"

static const char *const key_names[SORT_KEYS] = {
	[SORT_ARRIVAL] = "ARRIVAL",
	[SORT_CC] = "CC",
	[SORT_DATE] = "DATE",
	[SORT_FROM] = "FROM",
	[SORT_SIZE] = "SIZE",
	[SORT_SUBJECT] = "SUBJECT",
	[SORT_TO] = "TO",
	[SORT_DISPLAY_FROM] = "DISPLAYFROM",
	[SORT_DISPLAY_TO] = "DISPLAYTO",
	[SORT_RELEVANCY] = "RELEVANCY",
};

static bool parse_key(struct lexer *lexer, enum sort_key *key_out)
{
	struct roost_text word;

	if (!lexer_word(lexer, "a sort key", &word)) {
		return false;
	}
	for (size_t i = 0; i < SORT_KEYS; i++) {
		if (text_equal_nocase(word, text_from(key_names[i]))) {
			*key_out = (enum sort_key)i;
			lexer->after = key_names[i];
			return true;
		}
	}
	return lexer_fail_about(lexer, "Unknown sort key ", word);
}

static bool skip_reverse(struct lexer *lexer)
{
	static const struct roost_text reverse = { "REVERSE ", 8 };

	if (!text_starts_nocase(text_between(lexer->at, lexer->end), reverse)) {
		return false;
	}
	lexer->at += reverse.size;
	lexer->after = "REVERSE";
	return true;
}

bool sort_criteria_parse(struct lexer *lexer, struct sort_criteria *criteria_out)
{
	struct sort_criteria criteria = { .count = 0 };
	unsigned seen = 0; /* a bit for each key */

	if (!lexer_open(lexer, "sort keys")) {
		return false;
	}
	do {
		struct sort_criterion criterion = { .reverse = skip_reverse(lexer) };
		if (!parse_key(lexer, &criterion.key)) {
			return false;
		}
		if ((seen & 1u << criterion.key) == 0) {
			criteria.list[criteria.count++] = criterion;
		}
		seen |= 1u << criterion.key;
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	lexer->after = "the sort keys";
	*criteria_out = criteria;
	return true;
}

bool sort_criteria_have(const struct sort_criteria *criteria, enum sort_key key)
{
	for (size_t i = 0; i < criteria->count; i++) {
		if (criteria->list[i].key == key) {
			return true;
		}
	}
	return false;
}

bool thread_algorithm_parse(struct lexer *lexer, enum thread_algorithm *algorithm_out)
{
	static const char *const names[] = {
		[THREAD_ORDERED_SUBJECT] = "ORDEREDSUBJECT",
		[THREAD_REFERENCES] = "REFERENCES",
		[THREAD_REFS] = "REFS",
	};
	struct roost_text word;

	if (!lexer_word(lexer, "a threading algorithm", &word)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (text_equal_nocase(word, text_from(names[i]))) {
			*algorithm_out = (enum thread_algorithm)i;
			lexer->after = names[i];
			return true;
		}
	}
	return lexer_fail_about(lexer, "Unknown threading algorithm ", word);
}
