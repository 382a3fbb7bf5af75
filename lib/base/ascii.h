/* ascii.h - case and classes of ASCII characters, whatever the locale says. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline char ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool ascii_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Space, tab, CR and LF. */
static inline bool ascii_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* 0 to 15, or -1. */
int ascii_hex_value(char c);

/* How many bytes there are before the first that is one of three; `n` when none is. */
size_t ascii_until(const char *bytes, size_t n, const char stops[3]);
/* How many bytes at the start are ASCII. */
size_t ascii_run(const char *bytes, size_t n);

/* Whether the `n` bytes are equal but for ASCII case. */
bool ascii_equal_nocase(const char *a, const char *b, size_t n);

/* As strcmp, but without regard to ASCII case. */
int ascii_compare_nocase(const char *a, const char *b);

#endif
