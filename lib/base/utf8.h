/* utf8.h - UTF-8. RFC 3629. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether all `n` bytes are well-formed UTF-8 (no surrogates, nothing overlong). */
bool utf8_is_valid(const char *bytes, size_t n);
/* The character at the start of the `n` bytes (n > 0) and how many bytes it takes; 0 when
 * ill-formed. */
size_t utf8_decode(const char *bytes, size_t n, uint32_t *character_out);
/* Write one character, at most 4 bytes; returns how many, 0 for what is no character. */
size_t utf8_encode(uint32_t character, char bytes[4]);

#endif
