/* words.h - made-up words and chance that is the same in every run. */
#ifndef BENCH_WORDS_H
#define BENCH_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* Chance: a state that any number may begin. */
uint64_t words_chance(uint64_t *chance);
/* From 0 to one below `limit`. */
uint32_t words_below(uint64_t *chance, uint32_t limit);

/* The word of a number, any number; how many letters are at `*word`. */
size_t words_get(uint32_t number, const char **word);
/* One of them; as in real text some are said often and many seldom. */
size_t words_pick(uint64_t *chance, const char **word);
/* A word, and what stands behind it. */
void words_add(struct bytes *bytes, uint32_t number, const char *behind);

/* Lines of words until `bytes` is exactly `until` long, or no longer than it was. */
void words_prose(struct bytes *bytes, size_t until, uint64_t *chance);
/* The same in lines that look like base64. */
void words_base64(struct bytes *bytes, size_t until, uint64_t *chance);

#endif
