/* hash.c - hashes of passwords, as crypt(3) makes them. */
#include "hash.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a client waits for, not more: rounds above this take seconds. */
#define MAX_ROUNDS 5000000
#define MAX_BCRYPT_COST 16

/* In the alphabet of all these hashes. */
static bool is_digest(const char *text, size_t n)
{
	return strlen(text) == n && strspn(text, "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						 "abcdefghijklmnopqrstuvwxyz") == n;
}

/* $2b$10$ and 53 characters. */
static bool is_bcrypt(const char *hash)
{
	if (strlen(hash) != 60 || strchr("aby", hash[2]) == NULL || hash[3] != '$' ||
		hash[6] != '$') {
		return false;
	}
	if (hash[4] < '0' || hash[4] > '9' || hash[5] < '0' || hash[5] > '9') {
		return false;
	}
	int cost = (hash[4] - '0') * 10 + (hash[5] - '0');
	return cost >= 4 && cost <= MAX_BCRYPT_COST && is_digest(hash + 7, 53);
}

/* $6$salt$digest, perhaps with rounds=1000$ in front of the salt. */
static bool is_sha_crypt(const char *hash, size_t digest)
{
	static const char rounds[] = "rounds=";
	const char *salt = hash + 3;
	if (strncmp(salt, rounds, strlen(rounds)) == 0) {
		char *end = NULL;
		unsigned long count = strtoul(salt + strlen(rounds), &end, 10);
		if (*end != '$' || count < 1000 || count > MAX_ROUNDS) {
			return false;
		}
		salt = end + 1;
	}
	const char *dollar = strchr(salt, '$');
	return dollar != NULL && dollar - salt <= 16 && is_digest(dollar + 1, digest);
}

/* $y$parameters$salt$digest */
static bool is_yescrypt(const char *hash)
{
	const char *salt = strchr(hash + 3, '$');
	const char *last = salt == NULL ? NULL : strchr(salt + 1, '$');
	return salt != hash + 3 && last != NULL && is_digest(last + 1, 43);
}

const char *hash_scheme(const char *hash)
{
	const char *scheme = NULL;
	if (strlen(hash) >= CRYPT_OUTPUT_SIZE) {
		return NULL;
	}
	if (strncmp(hash, "$y$", 3) == 0) {
		scheme = is_yescrypt(hash) ? "yescrypt" : NULL;
	} else if (strncmp(hash, "$2", 2) == 0 && hash[2] != '\0') {
		scheme = is_bcrypt(hash) ? "bcrypt" : NULL;
	} else if (strncmp(hash, "$6$", 3) == 0) {
		scheme = is_sha_crypt(hash, 86) ? "sha512-crypt" : NULL;
	} else if (strncmp(hash, "$5$", 3) == 0) {
		scheme = is_sha_crypt(hash, 43) ? "sha256-crypt" : NULL;
	}
	/* The last word is that of who will have to work with it. */
	return scheme != NULL && crypt_checksalt(hash) != CRYPT_SALT_INVALID ? scheme : NULL;
}

const char *hash_of_text(const char *text)
{
	static const char *const schemes[] = { "{CRYPT}", "{BLF-CRYPT}", "{SHA512-CRYPT}",
		"{SHA256-CRYPT}" };
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (strncasecmp(text, schemes[i], strlen(schemes[i])) == 0) {
			text += strlen(schemes[i]);
			break;
		}
	}
	return hash_scheme(text) == NULL ? NULL : text;
}

/* The hash of the password by the method and salt of another; NULL when it cannot be made. From
 * malloc(). */
static char *hash_by(const char *setting, const char *password)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	if (data == NULL) {
		return NULL;
	}
	const char *made = crypt_rn(password, setting, data, sizeof(*data));
	char *hash = made == NULL ? NULL : strdup(made);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return hash;
}

char *hash_make(const char *password)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) == NULL) {
		return NULL;
	}
	return hash_by(setting, password);
}

bool hash_matches(const char *hash, const char *password)
{
	char *made = hash_by(hash, password);
	size_t n = strlen(hash);
	bool same = made != NULL && strlen(made) == n && CRYPTO_memcmp(made, hash, n) == 0;
	free(made);
	return same;
}

char *hash_decoy(void)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	char *hash = NULL;
	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) == NULL) {
		return NULL;
	}
	/* To find a password for this digest is as hard as for any other. */
	return asprintf(&hash, "%s$%s", setting, "roost/roost/roost/roost/roost/roost/roost/1") < 0
		       ? NULL
		       : hash;
}
