/* random_mail.h - hostile mail, and what to look for in it: from a seed, the same in each run. */
#ifndef TESTS_RANDOM_MAIL_H
#define TESTS_RANDOM_MAIL_H

#include <stddef.h>
#include <stdint.h>

/* A number below `n`. */
uint32_t random_below(uint32_t *seed, uint32_t n);
/* A message, in memory of malloc(). */
char *random_mail(uint32_t *seed, size_t *size_out);
/* A string to look for, NUL-terminated, of at most `size` - 1 bytes: words that the mail is made of,
 * pieces and joints of them, in any case, some of it no UTF-8. */
void random_needle(uint32_t *seed, char *needle, size_t size);
/* The name of a field, mostly one that the mail has. */
const char *random_field(uint32_t *seed);

#endif
