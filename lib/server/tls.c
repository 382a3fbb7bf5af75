/* tls.c - what all TLS connections of a server share: certificate, key and settings. */
#include "server/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#include <roost/error.h>

void tls_reason(char reason[TLS_REASON])
{
	unsigned long error = ERR_peek_error();
	const char *text = error == 0 ? NULL : ERR_reason_error_string(error);
	if (text != NULL) {
		(void)snprintf(reason, TLS_REASON, "%s", text);
	} else if (error != 0 && ERR_SYSTEM_ERROR(error)) {
		(void)snprintf(reason, TLS_REASON, "%s", strerror(ERR_GET_REASON(error)));
	} else {
		(void)snprintf(reason, TLS_REASON, "connection closed");
	}
	ERR_clear_error();
}

/* A key with a passphrase cannot be used: there is nobody to ask. */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

/* Take "imap" when the client offers it (RFC 7301); a client that offers other names only is served
 * all the same. */
static int select_protocol(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_size,
	const unsigned char *offered, unsigned offered_size, void *context)
{
	static const unsigned char ours[] = "\x04imap";
	(void)ssl;
	(void)context;
	unsigned char *found;
	if (SSL_select_next_proto(&found, chosen_size, ours, sizeof(ours) - 1, offered,
		    offered_size) != OPENSSL_NPN_NEGOTIATED) {
		return SSL_TLSEXT_ERR_NOACK;
	}
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

static void configure(SSL_CTX *context)
{
	(void)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	(void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
						   SSL_OP_CIPHER_SERVER_PREFERENCE |
						   SSL_OP_IGNORE_UNEXPECTED_EOF);
	/* An idle connection holds no buffers; what is written is put together anew each time. */
	(void)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
						SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_read_ahead(context, 1);
	/* No tickets in TLS 1.3: they come alone behind the handshake, and a client that reads in one
	 * thread and writes in another (OfflineIMAP) is woken by them into a read that keeps its
	 * writer out. TLS 1.2 has them in the handshake; the client keeps them. */
	(void)SSL_CTX_set_num_tickets(context, 0);
	(void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	(void)SSL_CTX_set_session_id_context(context, (const unsigned char *)"roost", 5);
	SSL_CTX_set_default_passwd_cb(context, no_passphrase);
	SSL_CTX_set_alpn_select_cb(context, select_protocol, NULL);
}

int tls_create(const char *certificate_file, const char *key_file, SSL_CTX **context_out,
	char reason[TLS_REASON])
{
	if (key_file == NULL) {
		key_file = certificate_file;
	}
	ERR_clear_error();
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	if (context == NULL) {
		tls_reason(reason);
		return ROOST_ERR_NO_MEMORY;
	}
	configure(context);
	const char *file = certificate_file;
	if (SSL_CTX_use_certificate_chain_file(context, certificate_file) == 1) {
		file = key_file;
		if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) == 1 &&
			SSL_CTX_check_private_key(context) == 1) {
			*context_out = context;
			return 0;
		}
	}
	char why[TLS_REASON];
	tls_reason(why);
	(void)snprintf(reason, TLS_REASON, "%.100s: %.140s", file, why);
	SSL_CTX_free(context);
	return ROOST_ERR_INVALID;
}
