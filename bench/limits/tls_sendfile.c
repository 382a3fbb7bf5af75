/* tls_sendfile.c - the same through TLS: what encrypting costs at least. */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "common/fail.h"
#include "limit.h"
#include "peer.h"
#include "transfer.h"

/* What one SSL_write() gets. */
enum { PART = 128 * 1024 };

/* A certificate of our own, for a key of our own. */
static X509 *make_certificate(EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	X509_NAME *name = certificate ? X509_get_subject_name(certificate) : NULL;
	if (!name || ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) != 1 ||
		!X509_gmtime_adj(X509_getm_notBefore(certificate), 0) ||
		!X509_gmtime_adj(X509_getm_notAfter(certificate), 86400) ||
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
			(const unsigned char *)"localhost", -1, -1, 0) != 1 ||
		X509_set_issuer_name(certificate, name) != 1 ||
		X509_set_pubkey(certificate, key) != 1 ||
		X509_sign(certificate, key, EVP_sha256()) == 0) {
		fail("a certificate cannot be made");
	}
	return certificate;
}

static SSL_CTX *make_server(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
	if (!key || !tls) {
		fail("TLS cannot begin");
	}
	X509 *certificate = make_certificate(key);
	if (SSL_CTX_use_certificate(tls, certificate) != 1 ||
		SSL_CTX_use_PrivateKey(tls, key) != 1) {
		fail("the certificate cannot be used");
	}
	X509_free(certificate);
	EVP_PKEY_free(key);
	return tls;
}

static SSL *begin(SSL_CTX *context, int fd, int (*shake)(SSL *))
{
	/* The cipher that everyone has in hardware. */
	if (SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384") != 1) {
		fail("AES-GCM is missing");
	}
	SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
	SSL *tls = SSL_new(context);
	if (!tls || SSL_set_fd(tls, fd) != 1 || shake(tls) != 1) {
		fail("TLS: the handshake failed");
	}
	return tls;
}

static void serve(int listener, void *context)
{
	const struct transfer *transfer = context;
	SSL *tls = begin(make_server(), peer_accept(listener), SSL_accept);
	char request;
	while (SSL_read(tls, &request, 1) == 1) {
		for (size_t at = 0; at < transfer->octets;) {
			size_t left = transfer->octets - at;
			int sent = SSL_write(
				tls, transfer->mapped + at, (int)(left < PART ? left : PART));
			if (sent <= 0) {
				_exit(1);
			}
			at += (size_t)sent;
		}
	}
}

static size_t receive(struct transfer *transfer, char *room, size_t size)
{
	int length = SSL_read(transfer->context, room, (int)size);
	return length > 0 ? (size_t)length : 0;
}

static void request(struct transfer *transfer)
{
	if (SSL_write(transfer->context, "r", 1) != 1) {
		fail("TLS: nothing can be sent");
	}
}

static void run(const struct parameters *given)
{
	struct peer peer = { 0 };
	struct transfer transfer = { .request = request, .receive = receive };
	transfer_prepare(&transfer, given);
	peer_start(&peer, serve, &transfer);
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	if (!context) {
		fail("TLS cannot begin");
	}
	/* As the load generator reads. */
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_default_read_buffer_len(context, 64 * 1024);
	transfer.fd = peer_connect(&peer);
	transfer.context = begin(context, transfer.fd, SSL_connect);
	transfer_run(&transfer, &peer, "tls_sendfile");
	SSL_free(transfer.context);
	SSL_CTX_free(context);
	close(transfer.fd);
	peer_stop(&peer);
	transfer_clear(&transfer);
}

const struct limit tls_sendfile_limit = {
	.name = "tls_sendfile",
	.summary = "the same file through TLS with AES-GCM: the bound of BODY[] with TLS",
	.parameters = transfer_parameters,
	.run = run,
};
