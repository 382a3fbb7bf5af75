/* ascii.c - case and classes of ASCII characters. */
#include "base/ascii.h"

#include <string.h>

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (unsigned char)(byte))

/* Whether one of eight bytes is 0. */
static bool has_zero(uint64_t bytes)
{
	return ((bytes - EIGHT(1)) & ~bytes & EIGHT(0x80)) != 0;
}

size_t ascii_until(const char *bytes, size_t n, const char stops[3])
{
	const char a = stops[0], b = stops[1], c = stops[2];
	size_t i = 0;
	uint64_t word;

	for (; n - i >= 8; i += 8) {
		memcpy(&word, bytes + i, 8);
		if (has_zero(word ^ EIGHT(a)) || has_zero(word ^ EIGHT(b)) ||
			has_zero(word ^ EIGHT(c))) {
			break;
		}
	}
	while (i < n && bytes[i] != a && bytes[i] != b && bytes[i] != c) {
		i++;
	}
	return i;
}

size_t ascii_run(const char *bytes, size_t n)
{
	size_t i = 0;
	uint64_t word;

	for (; n - i >= 8; i += 8) {
		memcpy(&word, bytes + i, 8);
		if (word & EIGHT(0x80)) {
			break;
		}
	}
	while (i < n && !(bytes[i] & 0x80)) {
		i++;
	}
	return i;
}

int ascii_hex_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool ascii_equal_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ascii_lower(a[i]) != ascii_lower(b[i])) {
			return false;
		}
	}
	return true;
}

int ascii_compare_nocase(const char *a, const char *b)
{
	while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return (unsigned char)ascii_lower(*a) - (unsigned char)ascii_lower(*b);
}
