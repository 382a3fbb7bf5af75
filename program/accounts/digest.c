/* digest.c - keyed digests: HMAC with SHA-256. */
#include "digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

struct digest_key {
	EVP_MAC_CTX *begun; /* with the key, and copied for each digest */
};

struct digest_key *digest_key_create(void)
{
	unsigned char bytes[DIGEST_SIZE];
	char sha256[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256, 0),
		OSSL_PARAM_construct_end(),
	};
	struct digest_key *key = calloc(1, sizeof(*key));
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	bool good = key != NULL && mac != NULL && RAND_bytes(bytes, sizeof(bytes)) == 1;
	if (good) {
		key->begun = EVP_MAC_CTX_new(mac);
		good = key->begun != NULL &&
		       EVP_MAC_init(key->begun, bytes, sizeof(bytes), parameters) == 1;
	}
	EVP_MAC_free(mac);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	if (!good) {
		digest_key_destroy(key);
		return NULL;
	}
	return key;
}

void digest_key_destroy(struct digest_key *key)
{
	if (key != NULL) {
		EVP_MAC_CTX_free(key->begun);
		free(key);
	}
}

/* Its length first, so that no text runs over into the next. */
static bool add_text(EVP_MAC_CTX *context, const char *text)
{
	size_t n = strlen(text);
	return EVP_MAC_update(context, (const unsigned char *)&n, sizeof(n)) == 1 &&
	       EVP_MAC_update(context, (const unsigned char *)text, n) == 1;
}

bool digest_make(const struct digest_key *key, char kind, const char *const *texts, size_t n,
	struct digest *digest_out)
{
	size_t size = 0;
	EVP_MAC_CTX *context = EVP_MAC_CTX_dup(key->begun);
	bool good =
		context != NULL && EVP_MAC_update(context, (const unsigned char *)&kind, 1) == 1;
	for (size_t i = 0; good && i < n; i++) {
		good = add_text(context, texts[i]);
	}
	good = good &&
	       EVP_MAC_final(context, digest_out->bytes, &size, sizeof(digest_out->bytes)) == 1;
	EVP_MAC_CTX_free(context);
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
