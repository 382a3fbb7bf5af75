/* imap_link.c - bytes to and from another server. */
#include "imap_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

struct imap_link {
	const struct imap_link_options *options;
	int fd;
	SSL_CTX *context;
	SSL *ssl; /* NULL: no TLS yet */
	char error[512];
	size_t begin, end; /* what is in the buffer and not taken */
	char buffer[65536];
};

__attribute__((format(printf, 2, 3))) static bool fail(
	struct imap_link *link, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(link->error, sizeof(link->error), format, arguments);
	va_end(arguments);
	return false;
}

const char *imap_link_error(const struct imap_link *link)
{
	return link->error;
}

bool imap_link_is_empty(const struct imap_link *link)
{
	return link->begin == link->end;
}

/* Wait until the socket can be read from or written to. */
static bool wait_for(struct imap_link *link, short events)
{
	struct pollfd poll_fd = { .fd = link->fd, .events = events };
	/* A signal that comes just before poll() must not be waited out: so a second at a time. */
	for (unsigned second = 0; second < link->options->timeout; second++) {
		if (*link->options->stop != 0) {
			return fail(link, "interrupted");
		}
		int n = poll(&poll_fd, 1, 1000);
		if (n > 0) {
			return true;
		}
		if (n < 0 && errno != EINTR) {
			return fail(link, "%m");
		}
	}
	return fail(link, "the server was silent for %u seconds", link->options->timeout);
}

static bool connect_to(struct imap_link *link, const struct addrinfo *address)
{
	int error = 0;
	socklen_t size = sizeof(error);
	const int on = 1;
	link->fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
		address->ai_protocol);
	if (link->fd < 0) {
		return fail(link, "%m");
	}
	(void)setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(link->fd, address->ai_addr, address->ai_addrlen) == 0) {
		return true;
	}
	if (errno != EINPROGRESS) {
		return fail(link, "%m");
	}
	if (!wait_for(link, POLLOUT)) {
		return false;
	}
	if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
		error = errno;
	}
	return error == 0 || fail(link, "%s", strerror(error));
}

bool imap_link_open(const struct imap_link_options *options, struct imap_link **link_out)
{
	struct imap_link *link = calloc(1, sizeof(*link));
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *addresses = NULL;
	*link_out = link;
	if (link == NULL) {
		return false;
	}
	link->options = options;
	link->fd = -1;
	int r = getaddrinfo(options->host, options->port, &hints, &addresses);
	if (r != 0) {
		return fail(link, "%s", r == EAI_SYSTEM ? strerror(errno) : gai_strerror(r));
	}
	bool connected = false;
	for (const struct addrinfo *at = addresses; at != NULL && !connected; at = at->ai_next) {
		if (link->fd >= 0) {
			(void)close(link->fd);
		}
		connected = connect_to(link, at);
	}
	freeaddrinfo(addresses);
	if (connected) {
		link->error[0] = '\0';
	}
	return connected;
}

void imap_link_close(struct imap_link *link)
{
	if (link == NULL) {
		return;
	}
	if (link->ssl != NULL && link->error[0] == '\0') {
		(void)SSL_shutdown(link->ssl);
	}
	SSL_free(link->ssl);
	SSL_CTX_free(link->context);
	if (link->fd >= 0) {
		(void)close(link->fd);
	}
	free(link);
}

/* Why TLS does not work; the queue of errors is emptied. */
static bool fail_tls(struct imap_link *link, const char *what)
{
	unsigned long code = ERR_peek_last_error();
	const char *reason = code != 0 ? ERR_reason_error_string(code) : NULL;
	ERR_clear_error();
	return fail(link, "%s: %s", what, reason != NULL ? reason : "TLS does not work");
}

/* After a call of OpenSSL: whether to try again. */
static bool wait_for_tls(struct imap_link *link, int result, const char *what)
{
	switch (SSL_get_error(link->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return wait_for(link, POLLIN);
	case SSL_ERROR_WANT_WRITE:
		return wait_for(link, POLLOUT);
	case SSL_ERROR_ZERO_RETURN:
		return fail(link, "the server ended the connection");
	case SSL_ERROR_SYSCALL:
		ERR_clear_error();
		return errno == 0 ? fail(link, "the server ended the connection")
				  : fail(link, "%m");
	default:
		return fail_tls(link, what);
	}
}

static bool make_context(struct imap_link *link)
{
	const char *ca_file = link->options->ca_file;
	link->context = SSL_CTX_new(TLS_client_method());
	if (link->context == NULL ||
		SSL_CTX_set_min_proto_version(link->context, TLS1_2_VERSION) != 1) {
		return fail_tls(link, "TLS");
	}
	if (ca_file != NULL ? SSL_CTX_load_verify_file(link->context, ca_file) != 1
			    : SSL_CTX_set_default_verify_paths(link->context) != 1) {
		return fail_tls(link, ca_file != NULL ? ca_file : "certificates of the system");
	}
	SSL_CTX_set_verify(
		link->context, link->options->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
	return true;
}

/* Whom to talk to, and whose certificate it has to be. */
static bool name_peer(struct imap_link *link)
{
	const char *host = link->options->host;
	unsigned char address[sizeof(struct in6_addr)];
	bool is_address =
		inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
	if (is_address) {
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(link->ssl), host) == 1;
	}
	return SSL_set_tlsext_host_name(link->ssl, host) == 1 &&
	       SSL_set1_host(link->ssl, host) == 1;
}

static bool shake_hands(struct imap_link *link)
{
	for (;;) {
		errno = 0;
		ERR_clear_error();
		int r = SSL_connect(link->ssl);
		if (r == 1) {
			return true;
		}
		long verified = SSL_get_verify_result(link->ssl);
		if (!link->options->insecure && verified != X509_V_OK) {
			ERR_clear_error();
			return fail(link,
				"the certificate does not prove that this is %s: %s; --ca-file "
				"names who vouches for it",
				link->options->host, X509_verify_cert_error_string(verified));
		}
		if (!wait_for_tls(link, r, "no TLS")) {
			return false;
		}
	}
}

bool imap_link_start_tls(struct imap_link *link)
{
	if (!make_context(link)) {
		return false;
	}
	link->ssl = SSL_new(link->context);
	if (link->ssl == NULL || SSL_set_fd(link->ssl, link->fd) != 1 || !name_peer(link)) {
		return fail_tls(link, "TLS");
	}
	return shake_hands(link);
}

bool imap_link_write(struct imap_link *link, const char *bytes, size_t n)
{
	while (n > 0) {
		size_t written = 0;
		errno = 0;
		if (link->ssl != NULL) {
			ERR_clear_error();
			int r = SSL_write_ex(link->ssl, bytes, n, &written);
			if (r != 1 && !wait_for_tls(link, r, "sending")) {
				return false;
			}
		} else {
			ssize_t sent = send(link->fd, bytes, n, MSG_NOSIGNAL);
			if (sent < 0 && errno != EAGAIN && errno != EINTR) {
				return fail(link, "%m");
			}
			if (sent < 0 && !wait_for(link, POLLOUT)) {
				return false;
			}
			written = sent > 0 ? (size_t)sent : 0;
		}
		bytes += written;
		n -= written;
	}
	return true;
}

/* One read; nothing may have come. */
static bool read_some(struct imap_link *link, size_t *n_out)
{
	errno = 0;
	*n_out = 0;
	if (link->ssl != NULL) {
		ERR_clear_error();
		int r = SSL_read_ex(link->ssl, link->buffer, sizeof(link->buffer), n_out);
		return r == 1 || wait_for_tls(link, r, "reading");
	}
	ssize_t n = recv(link->fd, link->buffer, sizeof(link->buffer), 0);
	if (n == 0) {
		return fail(link, "the server ended the connection");
	}
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		return fail(link, "%m");
	}
	*n_out = n > 0 ? (size_t)n : 0;
	return n > 0 || wait_for(link, POLLIN);
}

bool imap_link_peek(struct imap_link *link, const char **bytes_out, size_t *n_out)
{
	while (link->begin == link->end) {
		link->begin = link->end = 0;
		if (*link->options->stop != 0) {
			return fail(link, "interrupted");
		}
		if (!read_some(link, &link->end)) {
			return false;
		}
	}
	*bytes_out = link->buffer + link->begin;
	*n_out = link->end - link->begin;
	return true;
}

void imap_link_take(struct imap_link *link, size_t n)
{
	link->begin += n;
}
