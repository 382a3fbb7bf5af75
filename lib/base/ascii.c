/* ascii.c - case and classes of ASCII characters. */
#include "base/ascii.h"

#include "base/block.h"

size_t ascii_until(const char *bytes, size_t n, const char stops[3])
{
	const signed char a = (signed char)stops[0], b = (signed char)stops[1];
	const signed char c = (signed char)stops[2];
	size_t i = 0;

	for (; n - i >= sizeof(block); i += sizeof(block)) {
		block here = block_load(bytes + i);
		size_t first = block_first((here == a) | (here == b) | (here == c));
		if (first < sizeof(block)) {
			return i + first;
		}
	}
	while (i < n && bytes[i] != stops[0] && bytes[i] != stops[1] && bytes[i] != stops[2]) {
		i++;
	}
	return i;
}

size_t ascii_run(const char *bytes, size_t n)
{
	size_t i = 0;

	for (; n - i >= sizeof(block); i += sizeof(block)) {
		size_t first = block_first(block_load(bytes + i));
		if (first < sizeof(block)) {
			return i + first;
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
