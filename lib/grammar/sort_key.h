/* sort_key.h - in which order SORT tells messages, and how THREAD groups them. RFC 5256 section 5, RFC 5957,
 * draft-ietf-morg-inthread. */
#ifndef GRAMMAR_SORT_KEY_H
#define GRAMMAR_SORT_KEY_H

#include <stdbool.h>
#include <stddef.h>

struct lexer;

enum sort_key {
	SORT_ARRIVAL, /* internal date */
	SORT_CC, /* local part of the first address */
	SORT_DATE, /* sent date, in UTC */
	SORT_FROM,
	SORT_SIZE,
	SORT_SUBJECT, /* base subject */
	SORT_TO,
	SORT_DISPLAY_FROM, /* the name of the first address, or else the address */
	SORT_DISPLAY_TO,
	SORT_RELEVANCY, /* the best score first: RFC 6203 section 6 */
	SORT_KEYS
};

struct sort_criterion {
	enum sort_key key;
	bool reverse;
};

/* What SORT asks for. A key that stands twice decides nothing the second time, and is left out. */
struct sort_criteria {
	struct sort_criterion list[SORT_KEYS];
	size_t count;
};

bool sort_criteria_have(const struct sort_criteria *criteria, enum sort_key key);

enum thread_algorithm {
	THREAD_ORDERED_SUBJECT,
	THREAD_REFERENCES,
	THREAD_REFS, /* without subjects, and threads in the order of their newest messages */
};

/* Read "(REVERSE DATE SUBJECT)". */
bool sort_criteria_parse(struct lexer *lexer, struct sort_criteria *criteria_out);
/* Read "REFERENCES". */
bool thread_algorithm_parse(struct lexer *lexer, enum thread_algorithm *algorithm_out);

#endif
