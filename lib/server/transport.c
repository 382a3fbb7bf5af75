/* transport.c - reading from and writing to a socket, with TLS or without, never waiting. */
#include "server/transport.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <roost/error.h>

int transport_start_tls(struct transport *transport, SSL_CTX *context)
{
	SSL *ssl = SSL_new(context);
	if (ssl == NULL || SSL_set_fd(ssl, transport->fd) != 1) {
		SSL_free(ssl);
		ERR_clear_error();
		return ROOST_ERR_NO_MEMORY;
	}
	SSL_set_accept_state(ssl);
	transport->ssl = ssl;
	return 0;
}

/* What an SSL function that returned `r` says. */
static int ssl_result(SSL *ssl, int r)
{
	switch (SSL_get_error(ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return TRANSPORT_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return TRANSPORT_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TRANSPORT_EOF;
	default:
		return TRANSPORT_FAILED;
	}
}

int transport_handshake(struct transport *transport)
{
	ERR_clear_error();
	int r = SSL_do_handshake(transport->ssl);
	if (r == 1) {
		return 1;
	}
	int result = ssl_result(transport->ssl, r);
	return result == TRANSPORT_EOF ? TRANSPORT_FAILED : result;
}

static ssize_t socket_result(ssize_t r, int would_block)
{
	if (r >= 0) {
		return r;
	}
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? would_block
									 : TRANSPORT_FAILED;
}

ssize_t transport_read(struct transport *transport, void *buffer, size_t n)
{
	if (transport->ssl == NULL) {
		return socket_result(recv(transport->fd, buffer, n, 0), TRANSPORT_WANTS_READ);
	}
	ERR_clear_error();
	int r = SSL_read(transport->ssl, buffer, (int)n);
	return r > 0 ? r : ssl_result(transport->ssl, r);
}

bool transport_has_pending(const struct transport *transport)
{
	return transport->ssl != NULL && SSL_has_pending(transport->ssl) == 1;
}

static ssize_t write_record(SSL *ssl, const struct iovec *pieces, int count, char *record)
{
	const char *bytes = pieces[0].iov_base;
	size_t n = pieces[0].iov_len;
	if (n > TRANSPORT_RECORD) {
		n = TRANSPORT_RECORD;
	} else if (count > 1) {
		n = 0;
		for (int i = 0; i < count && n < TRANSPORT_RECORD; i++) {
			size_t room = TRANSPORT_RECORD - n;
			size_t size = pieces[i].iov_len < room ? pieces[i].iov_len : room;
			memcpy(record + n, pieces[i].iov_base, size);
			n += size;
		}
		bytes = record;
	}
	ERR_clear_error();
	int r = SSL_write(ssl, bytes, (int)n);
	if (r > 0) {
		return r;
	}
	int result = ssl_result(ssl, r);
	return result == TRANSPORT_EOF ? TRANSPORT_FAILED : result;
}

ssize_t transport_write(
	struct transport *transport, const struct iovec *pieces, int count, bool more, char *record)
{
	if (transport->ssl != NULL) {
		return write_record(transport->ssl, pieces, count, record);
	}
	struct msghdr message = {
		.msg_iov = (struct iovec *)(uintptr_t)pieces,
		.msg_iovlen = (size_t)count,
	};
	int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
	if (count == 1) {
		return socket_result(
			send(transport->fd, pieces[0].iov_base, pieces[0].iov_len, flags),
			TRANSPORT_WANTS_WRITE);
	}
	return socket_result(sendmsg(transport->fd, &message, flags), TRANSPORT_WANTS_WRITE);
}

ssize_t transport_send_file(struct transport *transport, int fd, uint64_t offset, size_t n)
{
	off_t position = (off_t)offset;
	ssize_t r = sendfile(transport->fd, fd, &position, n);
	if (r == 0) {
		return TRANSPORT_SHORT;
	}
	if (r < 0 && (errno == EINVAL || errno == ENOSYS)) {
		return TRANSPORT_NOT_SUPPORTED;
	}
	return socket_result(r, TRANSPORT_WANTS_WRITE);
}

void transport_shutdown(struct transport *transport)
{
	if (transport->ssl != NULL) {
		ERR_clear_error();
		(void)SSL_shutdown(transport->ssl);
		ERR_clear_error();
	}
	(void)shutdown(transport->fd, SHUT_WR);
}

void transport_close(struct transport *transport)
{
	SSL_free(transport->ssl);
	transport->ssl = NULL;
	if (transport->fd >= 0) {
		(void)close(transport->fd);
	}
	transport->fd = -1;
}
