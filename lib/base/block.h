/* block.h - sixteen bytes looked at together, as every processor of today can. */
#ifndef BASE_BLOCK_H
#define BASE_BLOCK_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* An extension of gcc and clang: `a == b` compares byte by byte, and where that is true all bits of the byte are set.
 * Without instructions for it, they make plain ones. */
typedef signed char block __attribute__((vector_size(16)));
typedef uint64_t block_halves __attribute__((vector_size(16)));

static inline block block_load(const char *bytes)
{
	block loaded;
	memcpy(&loaded, bytes, sizeof(loaded));
	return loaded;
}

/* The place of the first byte whose top bit is set; 16 when none is. */
static inline size_t block_first(block bytes)
{
	const uint64_t tops = UINT64_C(0x8080808080808080);
	block_halves halves = (block_halves)bytes & tops;
	if (halves[0] != 0) {
		return (size_t)__builtin_ctzll(le64toh(halves[0])) / 8;
	}
	return halves[1] != 0 ? 8 + (size_t)__builtin_ctzll(le64toh(halves[1])) / 8 : 16;
}

static inline bool block_is_ascii(block bytes)
{
	return block_first(bytes) == sizeof(block);
}

#endif
