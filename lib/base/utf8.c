/* utf8.c - UTF-8. RFC 3629. */
#include "base/utf8.h"

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t utf8_decode(const char *bytes, size_t n, uint32_t *character_out)
{
	unsigned char first = (unsigned char)bytes[0];
	size_t length;
	uint32_t character;
	uint32_t least;

	if (first < 0x80) {
		*character_out = first;
		return 1;
	} else if (first >= 0xc2 && first < 0xe0) {
		length = 2;
		character = first & 0x1fu;
		least = 0x80;
	} else if (first >= 0xe0 && first < 0xf0) {
		length = 3;
		character = first & 0x0fu;
		least = 0x800;
	} else if (first >= 0xf0 && first < 0xf5) {
		length = 4;
		character = first & 0x07u;
		least = 0x10000;
	} else {
		return 0;
	}
	if (n < length) {
		return 0;
	}
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(bytes[i])) {
			return 0;
		}
		character = character << 6 | ((unsigned char)bytes[i] & 0x3fu);
	}
	if (character < least || character > 0x10ffff ||
		(character >= 0xd800 && character < 0xe000)) {
		return 0;
	}
	*character_out = character;
	return length;
}

bool utf8_is_valid(const char *bytes, size_t n)
{
	while (n > 0) {
		uint32_t character;
		size_t length = utf8_decode(bytes, n, &character);
		if (length == 0) {
			return false;
		}
		bytes += length;
		n -= length;
	}
	return true;
}

size_t utf8_encode(uint32_t character, char bytes[4])
{
	if (character < 0x80) {
		bytes[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		bytes[0] = (char)(0xc0 | character >> 6);
		bytes[1] = (char)(0x80 | (character & 0x3f));
		return 2;
	}
	if (character >= 0xd800 && character < 0xe000) {
		return 0;
	}
	if (character < 0x10000) {
		bytes[0] = (char)(0xe0 | character >> 12);
		bytes[1] = (char)(0x80 | (character >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (character & 0x3f));
		return 3;
	}
	if (character > 0x10ffff) {
		return 0;
	}
	bytes[0] = (char)(0xf0 | character >> 18);
	bytes[1] = (char)(0x80 | (character >> 12 & 0x3f));
	bytes[2] = (char)(0x80 | (character >> 6 & 0x3f));
	bytes[3] = (char)(0x80 | (character & 0x3f));
	return 4;
}
