/* hash.h - a number for each byte string, that nobody can foretell. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A random seed: without it nobody can choose strings that collide. `fallback` when the system gives none. */
uint64_t hash_seed(const void *fallback);
uint64_t hash_bytes(uint64_t seed, const char *bytes, size_t n);

#endif
