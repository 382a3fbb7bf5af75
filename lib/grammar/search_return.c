/* search_return.c - what of a search's result is wanted. */
#include "grammar/search_return.h"

#include "base/text.h"
#include "grammar/fetch_item.h"
#include "grammar/lexer.h"

static bool parse_end(struct lexer *lexer, bool from_end, uint32_t *number_out)
{
	uint64_t number;

	if (from_end && !lexer_skip(lexer, '-')) {
		return lexer_fail_expected(lexer, "a range with the same sign on both sides");
	}
	if (!lexer_number(lexer, "a range such as 1:100 or -1:-100", 1, UINT32_MAX, &number)) {
		return false;
	}
	lexer->after = "PARTIAL";
	*number_out = (uint32_t)number;
	return true;
}

bool partial_range_parse(struct lexer *lexer, struct partial_range *range_out)
{
	struct partial_range range = { .from_end = lexer_peek(lexer) == '-' };

	if (!parse_end(lexer, range.from_end, &range.first)) {
		return false;
	}
	if (!lexer_skip(lexer, ':')) {
		return lexer_fail_expected(lexer, "a range such as 1:100 or -1:-100");
	}
	if (!parse_end(lexer, range.from_end, &range.last)) {
		return false;
	}
	if (range.first > range.last) {
		uint32_t first = range.last;
		range.last = range.first;
		range.first = first;
	}
	*range_out = range;
	return true;
}

static bool parse_partial(struct lexer *lexer, struct search_return *wanted)
{
	return lexer_space(lexer, "a range") && partial_range_parse(lexer, &wanted->partial);
}

/* FETCH items in parentheses, if they stand there; the RFC's example has a space before them, its grammar has none. */
static bool parse_update(struct lexer *lexer, struct search_return *wanted)
{
	size_t left = (size_t)(lexer->end - lexer->at);
	bool space = left >= 2 && lexer->at[0] == ' ' && lexer->at[1] == '(';

	if (lexer_peek(lexer) != '(' && !space) {
		return true;
	}
	(void)lexer_skip(lexer, ' ');
	return fetch_item_parse(lexer, &wanted->update_items);
}

static const struct {
	const char *name;
	enum search_return_item item;
	/* Read what stands behind the name; NULL: nothing. */
	bool (*parse)(struct lexer *lexer, struct search_return *wanted);
} options[] = {
	{ "MIN", SEARCH_RETURN_MIN, NULL },
	{ "MAX", SEARCH_RETURN_MAX, NULL },
	{ "ALL", SEARCH_RETURN_ALL, NULL },
	{ "COUNT", SEARCH_RETURN_COUNT, NULL },
	{ "SAVE", SEARCH_RETURN_SAVE, NULL },
	{ "PARTIAL", SEARCH_RETURN_PARTIAL, parse_partial },
	{ "RELEVANCY", SEARCH_RETURN_RELEVANCY, NULL },
	{ "CONTEXT", SEARCH_RETURN_CONTEXT, NULL },
	{ "UPDATE", SEARCH_RETURN_UPDATE, parse_update },
};

static bool parse_option(struct lexer *lexer, struct search_return *wanted)
{
	struct roost_text word;

	if (!lexer_word(lexer, "a RETURN option", &word)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!text_equal_nocase(word, text_from(options[i].name))) {
			continue;
		}
		lexer->after = options[i].name;
		wanted->items |= options[i].item;
		return options[i].parse == NULL || options[i].parse(lexer, wanted);
	}
	return lexer_fail_about(lexer, "Unknown RETURN option ", word);
}

static bool parse_options(struct lexer *lexer, struct search_return *wanted)
{
	if (lexer_skip(lexer, ')')) {
		wanted->items = SEARCH_RETURN_ALL;
		return true;
	}
	do {
		if (!parse_option(lexer, wanted)) {
			return false;
		}
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	unsigned both = SEARCH_RETURN_ALL | SEARCH_RETURN_PARTIAL;
	if ((wanted->items & both) == both) {
		return lexer_fail(lexer, "RETURN has either ALL or PARTIAL");
	}
	return true;
}

bool search_return_parse(struct lexer *lexer, struct search_return *return_out)
{
	struct search_return wanted = { .given = true };

	if (!text_starts_nocase(text_between(lexer->at, lexer->end), TEXT("RETURN ("))) {
		return lexer->status == 0;
	}
	lexer->at += sizeof("RETURN (") - 1;
	lexer->after = "RETURN";
	if (!parse_options(lexer, &wanted)) {
		return false;
	}
	lexer->after = "the RETURN options";
	*return_out = wanted;
	return lexer_space(lexer, "a SEARCH key");
}
