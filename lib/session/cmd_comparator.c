/* cmd_comparator.c - COMPARATOR: when texts are equal, for searching and sorting. RFC 5255 section 4.7. */
#include "base/ascii.h"
#include "base/text.h"
#include "session/session.h"

/* Of a pattern, with the sign before it. RFC 4790 section 3.1. */
#define MAX_PATTERN 255

/* The most widely useful first; the first is the default. */
static const struct {
	const char *name;
	enum roost_comparator comparator;
} comparators[] = {
	{ "i;unicode-casemap", ROOST_COMPARATOR_UNICODE_CASEMAP },
	{ "i;ascii-casemap", ROOST_COMPARATOR_ASCII_CASEMAP },
	{ "i;octet", ROOST_COMPARATOR_OCTET },
};
#define COMPARATOR_COUNT (sizeof(comparators) / sizeof(comparators[0]))

static bool is_valid(struct roost_text pattern)
{
	for (size_t i = 1; i < pattern.size; i++) {
		if (pattern.bytes[i] == '*' && pattern.bytes[i - 1] == '*') {
			return false;
		}
	}
	return pattern.size > 0 && pattern.size <= MAX_PATTERN;
}

/* Where "*" stands for any characters. Going back to the last one is enough. */
static bool matches(struct roost_text pattern, struct roost_text name)
{
	size_t p = 0, n = 0, star = SIZE_MAX, from = 0;

	while (n < name.size) {
		if (p < pattern.size && pattern.bytes[p] == '*') {
			star = p++;
			from = n;
		} else if (p < pattern.size &&
			   ascii_lower(pattern.bytes[p]) == ascii_lower(name.bytes[n])) {
			p++;
			n++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			n = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.size && pattern.bytes[p] == '*') {
		p++;
	}
	return p == pattern.size;
}

/* The comparators that a choice names, as bits. RFC 4790 sections 3.2 and 3.3. */
static unsigned find(struct roost_text choice, bool *descending_out)
{
	bool sign = choice.bytes[0] == '+' || choice.bytes[0] == '-';
	struct roost_text pattern = { choice.bytes + sign, choice.size - sign };
	unsigned found = 0;

	*descending_out = choice.bytes[0] == '-';
	if (text_equal_nocase(choice, TEXT("default"))) {
		return 1;
	}
	for (size_t i = 0; i < COMPARATOR_COUNT; i++) {
		if (matches(pattern, text_from(comparators[i].name))) {
			found |= 1u << i;
		}
	}
	return found;
}

static void choose(struct roost_conn *conn, unsigned found, bool descending)
{
	for (size_t i = COMPARATOR_COUNT; i-- > 0;) {
		if ((found & 1u << i) != 0) {
			conn->comparator = comparators[i].comparator;
		}
	}
	conn->descending = descending;
}

/* "* COMPARATOR i;octet (i;octet i;ascii-casemap)"; the list only when several matched. */
static void tell(struct roost_conn *conn, unsigned all)
{
	struct buf *buf = conn_buf(conn);
	const char *before = " (";

	buf_string(buf, conn->descending ? "* COMPARATOR -" : "* COMPARATOR ");
	for (size_t i = 0; i < COMPARATOR_COUNT; i++) {
		if (comparators[i].comparator == conn->comparator) {
			buf_string(buf, comparators[i].name);
		}
	}
	bool several = (all & (all - 1)) != 0;
	for (size_t i = 0; several && i < COMPARATOR_COUNT; i++) {
		if ((all & 1u << i) != 0) {
			buf_string(buf, before);
			buf_string(buf, comparators[i].name);
			before = " ";
		}
	}
	buf_string(buf, several ? ")\r\n" : "\r\n");
}

enum step cmd_comparator(struct roost_conn *conn, struct roost_text line)
{
	size_t count = conn->command.choices.count;
	unsigned first = 0, all = 0;
	bool descending = false;

	(void)line;
	for (size_t i = 0; i < count; i++) {
		struct roost_text choice = conn->command.choices.texts[i];
		bool down = false;
		if (!is_valid(choice)) {
			return reply_bad(conn, "That is no comparator");
		}
		unsigned found = find(choice, &down);
		if (first == 0) {
			first = found;
			descending = down;
		}
		all |= found;
	}
	if (count > 0 && all == 0) {
		return reply_no(conn, "BADCOMPARATOR", "There is no such comparator");
	}
	if (count > 0) {
		choose(conn, first, descending);
	}
	tell(conn, all);
	return reply_ok(conn, NULL, "Comparator told");
}
