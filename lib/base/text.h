/* text.h - working with struct roost_text: bytes that somebody else owns, with a length. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/outline.h>

#define TEXT_ABSENT ((struct roost_text) { NULL, 0 })
/* The text of a string literal. */
#define TEXT(literal) ((struct roost_text) { "" literal, sizeof(literal) - 1 })

struct roost_text text_from(const char *string);
/* From `first` up to but without `end`. */
struct roost_text text_between(const char *first, const char *end);
/* Without the spaces, tabs and line ends around it. */
struct roost_text text_trim(struct roost_text text);
bool text_equal(struct roost_text a, struct roost_text b);
bool text_equal_nocase(struct roost_text a, struct roost_text b);
/* Whether `text` begins with `prefix`, without regard to ASCII case. */
bool text_starts_nocase(struct roost_text text, struct roost_text prefix);
/* Only digits, and at most `max`. */
bool text_number(struct roost_text text, uint64_t max, uint64_t *number_out);

#endif
