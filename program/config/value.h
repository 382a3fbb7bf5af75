/* value.h - the values of settings: read from text, and written. */
#ifndef PROGRAM_VALUE_H
#define PROGRAM_VALUE_H

#include <stdio.h>

#include "settings.h"

/* Read a value to where the row's type says; `split`: the text of a list may be several words. Texts and lists are
 * replaced or added to. On failure `reason` is as of settings_set(), and nothing has changed. */
bool value_read(const struct setting *setting, const char *text, bool split, void *value,
	char reason[SETTINGS_REASON]);
/* Write it so that it reads the same. An empty value is written as nothing. */
void value_write(FILE *out, const struct setting *setting, const void *value);
void value_clear(const struct setting *setting, void *value);
/* Whether two values of a row are the same. */
bool value_equal(const struct setting *setting, const void *a, const void *b);

/* Add a copy of a word of `n` bytes. False: out of memory. */
bool words_add(struct words *words, const char *word, size_t n);
bool words_contain(const struct words *words, const char *word);
/* Wipe and free all. */
void words_clear(struct words *words);

#endif
