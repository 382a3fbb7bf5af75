/* identity.c - by what a message is known again. */
#include "identity.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

/* Bytes of SHA-256 that are kept. */
#define DIGEST_SIZE 16

static char *finish(EVP_MD_CTX *context, bool good, const char *before)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char hex[2 * DIGEST_SIZE + 1];
	char *text = NULL;
	good = good && EVP_DigestFinal_ex(context, digest, NULL) == 1;
	EVP_MD_CTX_free(context);
	for (size_t i = 0; good && i < DIGEST_SIZE; i++) {
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	}
	return good && asprintf(&text, "%s%s%s", before, before[0] != '\0' ? " " : "", hex) >= 0
		       ? text
		       : NULL;
}

static EVP_MD_CTX *begin(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
		EVP_MD_CTX_free(context);
		context = NULL;
	}
	return context;
}

char *identity_of_bytes(const char *name, const char *bytes, size_t n)
{
	EVP_MD_CTX *context = begin();
	bool good = context != NULL && (n == 0 || EVP_DigestUpdate(context, bytes, n) == 1);
	return finish(context, good, name);
}

static bool changes(const char *line, size_t n)
{
	static const char *const fields[] = { "Status:", "X-Status:", "X-Keywords:", "X-UID:",
		"X-IMAP:", "X-IMAPbase:", "X-Mozilla-Status:", "X-Mozilla-Status2:",
		"X-Mozilla-Keys:", "Content-Length:", "Lines:" };
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t size = strlen(fields[i]);
		if (n >= size && strncasecmp(line, fields[i], size) == 0) {
			return true;
		}
	}
	return false;
}

char *identity_of_mbox(const char *bytes, size_t n)
{
	EVP_MD_CTX *context = begin();
	bool good = context != NULL;
	bool left_out = false;
	while (good && n > 0) {
		const char *newline = memchr(bytes, '\n', n);
		size_t line = newline != NULL ? (size_t)(newline - bytes) + 1 : n;
		bool is_folded = bytes[0] == ' ' || bytes[0] == '\t';
		left_out = changes(bytes, line) || (left_out && is_folded);
		if (line == 1 || (line == 2 && bytes[0] == '\r')) {
			good = EVP_DigestUpdate(context, bytes, n) == 1;
			break;
		}
		good = left_out || EVP_DigestUpdate(context, bytes, line) == 1;
		bytes += line;
		n -= line;
	}
	return finish(context, good, "");
}
