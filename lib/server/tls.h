/* tls.h - what all TLS connections of a server share: certificate, key and settings. */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H

#include <openssl/ssl.h>
#include <stddef.h>

#define TLS_REASON 256

/* Read certificate and key (both PEM; `key_file` NULL: in the certificate's file) and make a
 * context for TLS 1.2 and up. On failure `reason` says why, for the log. ROOST_ERR_INVALID,
 * ROOST_ERR_NO_MEMORY. End it with SSL_CTX_free(). */
int tls_create(const char *certificate_file, const char *key_file, SSL_CTX **context_out,
	char reason[TLS_REASON]);

/* The first thing that OpenSSL complains about in this thread, in words; forgets the rest. */
void tls_reason(char reason[TLS_REASON]);

#endif
