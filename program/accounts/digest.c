/* digest.c - keyed digests: HMAC with SHA-256. */
#include "digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

bool digest_key_init(struct digest_key *key)
{
	return RAND_bytes(key->bytes, sizeof(key->bytes)) == 1;
}

/* Its length first, so that no text runs over into the next. */
static bool add_text(EVP_MD_CTX *context, const char *text)
{
	size_t n = strlen(text);
	return EVP_DigestSignUpdate(context, &n, sizeof(n)) == 1 &&
	       EVP_DigestSignUpdate(context, text, n) == 1;
}

bool digest_make(const struct digest_key *key, char kind, const char *const *texts, size_t n,
	struct digest *digest_out)
{
	size_t size = sizeof(digest_out->bytes);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *pkey =
		EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, key->bytes, sizeof(key->bytes));
	bool good = context != NULL && pkey != NULL &&
		    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pkey) == 1 &&
		    EVP_DigestSignUpdate(context, &kind, 1) == 1;
	for (size_t i = 0; good && i < n; i++) {
		good = add_text(context, texts[i]);
	}
	good = good && EVP_DigestSignFinal(context, digest_out->bytes, &size) == 1;
	EVP_PKEY_free(pkey);
	EVP_MD_CTX_free(context);
	return good;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return CRYPTO_memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

size_t digest_slot(const struct digest *digest, size_t slots)
{
	size_t number;
	memcpy(&number, digest->bytes, sizeof(number));
	return number % slots;
}
