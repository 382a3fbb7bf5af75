/* text.c - working with struct roost_text. */
#include "base/text.h"

#include <string.h>

#include "base/ascii.h"

struct roost_text text_from(const char *string)
{
	return (struct roost_text) { string, string == NULL ? 0 : strlen(string) };
}

struct roost_text text_between(const char *first, const char *end)
{
	return (struct roost_text) { first, (size_t)(end - first) };
}

struct roost_text text_trim(struct roost_text text)
{
	while (text.size > 0 && ascii_is_space(text.bytes[0])) {
		text.bytes++;
		text.size--;
	}
	while (text.size > 0 && ascii_is_space(text.bytes[text.size - 1])) {
		text.size--;
	}
	return text;
}

bool text_equal(struct roost_text a, struct roost_text b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool text_equal_nocase(struct roost_text a, struct roost_text b)
{
	return a.size == b.size && ascii_equal_nocase(a.bytes, b.bytes, a.size);
}

bool text_starts_nocase(struct roost_text text, struct roost_text prefix)
{
	return text.size >= prefix.size &&
	       ascii_equal_nocase(text.bytes, prefix.bytes, prefix.size);
}

bool text_number(struct roost_text text, uint64_t max, uint64_t *number_out)
{
	uint64_t number = 0;

	if (text.size == 0) {
		return false;
	}
	for (size_t i = 0; i < text.size; i++) {
		if (!ascii_is_digit(text.bytes[i])) {
			return false;
		}
		unsigned digit = (unsigned)(text.bytes[i] - '0');
		if (number > (max - digit) / 10 || digit > max) {
			return false;
		}
		number = number * 10 + digit;
	}
	*number_out = number;
	return true;
}
