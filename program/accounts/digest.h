/* digest.h - keyed digests, by which secrets and names are remembered without being kept. */
#ifndef PROGRAM_DIGEST_H
#define PROGRAM_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_SIZE 32

struct digest {
	unsigned char bytes[DIGEST_SIZE];
};

/* Drawn anew by each process, so that digests say nothing to others. Any thread may use it. */
struct digest_key;

/* NULL when there is no randomness, or no memory. */
struct digest_key *digest_key_create(void);
/* NULL is allowed. */
void digest_key_destroy(struct digest_key *key);
/* Of the texts, in this order and with their borders. The kind keeps apart what is digested for
 * different ends. False when memory is out. */
bool digest_make(const struct digest_key *key, char kind, const char *const *texts, size_t n,
	struct digest *digest_out);
bool digest_equal(const struct digest *a, const struct digest *b);
/* A number for tables; digests that are equal have the same. */
size_t digest_slot(const struct digest *digest, size_t slots);

#endif
