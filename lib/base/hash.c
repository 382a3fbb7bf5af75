/* hash.c - a number for each byte string, that nobody can foretell: multiply by the seed and fold, eight bytes a step. */
#include "base/hash.h"

#include <string.h>
#include <sys/random.h>

#define STEP 8u

uint64_t hash_seed(const void *fallback)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) {
		seed = (uint64_t)(uintptr_t)fallback * 0x9e3779b97f4a7c15u;
	}
	return seed;
}

static uint64_t mix(uint64_t seed, uint64_t hash, uint64_t word)
{
	__uint128_t product = (__uint128_t)(hash ^ word) * (seed | 1u);

	return (uint64_t)product ^ (uint64_t)(product >> 64) ^ (seed >> 1);
}

uint64_t hash_bytes(uint64_t seed, const char *bytes, size_t n)
{
	uint64_t hash = seed ^ n * 0x9e3779b97f4a7c15u;
	uint64_t word;

	for (; n >= STEP; n -= STEP, bytes += STEP) {
		memcpy(&word, bytes, STEP);
		hash = mix(seed, hash, word);
	}
	word = 0;
	if (n > 0) {
		memcpy(&word, bytes, n);
	}
	/* Twice, so that the last bytes reach all bits. */
	return mix(seed, mix(seed, hash, word), 0xd6e8feb86659fd93u);
}
