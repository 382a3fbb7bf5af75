/* hash.h - hashes of passwords, as crypt(3) makes them. */
#ifndef PROGRAM_HASH_H
#define PROGRAM_HASH_H

#include <stdbool.h>
#include <stddef.h>

/* Octets of the longest password that crypt(3) takes. */
#define HASH_MAX_PASSWORD 511

/* Hash a password with yescrypt, at the cost that the system has chosen. From malloc(); NULL when
 * memory or randomness is out. Takes some hundredths of a second, of purpose. */
char *hash_make(const char *password);

/* What kind of hash it is: "yescrypt", "bcrypt", "sha512-crypt", "sha256-crypt"; NULL when it is
 * none of these, not whole, or made to take minutes. Static. */
const char *hash_scheme(const char *hash);

/* A hash as other programs write it: as it is, or with Dovecot's {SCHEME} in front, which is passed
 * over. Points into `text`; NULL when it is none of the above. */
const char *hash_of_text(const char *text);

/* Whether it is the hash of this password. Takes as long as making one, whatever the result. */
bool hash_matches(const char *hash, const char *password);

/* A hash as hash_make() makes them, which no password is known to have: to spend the same time on
 * when there is no account. From malloc(); NULL as above. */
char *hash_decoy(void);

#endif
