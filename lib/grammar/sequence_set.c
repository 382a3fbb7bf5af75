/* sequence_set.c - sets of sequence numbers or UIDs as a client writes them. */
#include "grammar/sequence_set.h"

#include <roost/limits.h>

#include "base/ascii.h"
#include "grammar/lexer.h"

/* How many ranges the set at `p` has at most: one more than it has commas. */
static size_t count_ranges(const char *p, const char *end)
{
	size_t count = 1;

	for (; p < end && (ascii_is_digit(*p) || *p == ':' || *p == '*' || *p == ','); p++) {
		count += *p == ',';
	}
	return count;
}

static bool parse_number(struct lexer *lexer, uint32_t *number_out)
{
	uint64_t number;

	if (lexer_skip(lexer, '*')) {
		*number_out = SEQUENCE_STAR;
		return true;
	}
	if (!lexer_number(lexer, "a number from 1 up, or *", 1, UINT32_MAX, &number)) {
		return false;
	}
	*number_out = (uint32_t)number;
	return true;
}

bool sequence_set_parse(struct lexer *lexer, struct sequence_set *set_out)
{
	struct sequence_range *ranges;
	size_t count = 0;
	int c = lexer_peek(lexer);

	if (lexer_skip(lexer, '$')) {
		lexer->after = "a message set";
		*set_out = (struct sequence_set) { .saved = true };
		return true;
	}
	if (c != '*' && (c < '0' || c > '9')) {
		return lexer_fail_expected(lexer, "a message set such as 1,3:5,7:*");
	}
	if (count_ranges(lexer->at, lexer->end) > ROOST_MAX_SET_ITEMS) {
		return lexer_fail(lexer, "The message set has too many ranges");
	}
	ranges = arena_array(
		lexer->arena, count_ranges(lexer->at, lexer->end), sizeof(struct sequence_range));
	if (ranges == NULL) {
		return lexer_fail_memory(lexer);
	}
	do {
		struct sequence_range *range = &ranges[count++];

		if (!parse_number(lexer, &range->first)) {
			return false;
		}
		range->last = range->first;
		if (lexer_skip(lexer, ':') && !parse_number(lexer, &range->last)) {
			return false;
		}
	} while (lexer_skip(lexer, ','));
	lexer->after = "a message set";
	*set_out = (struct sequence_set) { .ranges = ranges, .count = count };
	return true;
}

void uidset_write(struct buf *buf, const struct roost_uidset *set)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct roost_uid_range *range = &set->ranges[i];

		if (i > 0) {
			buf_char(buf, ',');
		}
		buf_number(buf, range->first);
		if (range->last != range->first) {
			buf_char(buf, ':');
			buf_number(buf, range->last);
		}
	}
}
