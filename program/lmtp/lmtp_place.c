/* lmtp_place.c - where LMTP listens. */
#include "lmtp_place.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool read_port(const char *text, in_port_t *port_out)
{
	uint32_t port = 0;
	if (*text == '\0' || strlen(text) > 5) {
		return false;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return false;
		}
		port = port * 10 + (uint32_t)(*text - '0');
	}
	*port_out = htons((uint16_t)port);
	return port <= UINT16_MAX;
}

static bool read_unix(const char *path, struct lmtp_place *place)
{
	struct sockaddr_un address;
	place->path = path;
	place->address.any.sa_family = AF_UNIX;
	return path[0] == '/' && strlen(path) < sizeof(address.sun_path);
}

bool lmtp_place_read(const char *text, struct lmtp_place *place_out)
{
	char host[INET6_ADDRSTRLEN + 1];
	const char *colon = strrchr(text, ':');
	in_port_t port;
	*place_out = (struct lmtp_place) { .path = NULL };
	if (strncmp(text, "unix:", 5) == 0) {
		return read_unix(text + 5, place_out);
	}
	if (colon == NULL || !read_port(colon + 1, &port)) {
		return false;
	}
	size_t n = (size_t)(colon - text);
	bool v6 = n >= 2 && text[0] == '[' && text[n - 1] == ']';
	text += v6 ? 1 : 0;
	n -= v6 ? 2 : 0;
	if (n >= sizeof(host)) {
		return false;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	if (v6) {
		place_out->address.v6.sin6_family = AF_INET6;
		place_out->address.v6.sin6_port = port;
		return inet_pton(AF_INET6, host, &place_out->address.v6.sin6_addr) == 1;
	}
	place_out->address.v4.sin_family = AF_INET;
	place_out->address.v4.sin_port = port;
	return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
		       &place_out->address.v4.sin_addr) == 1;
}

bool lmtp_place_is_local(const struct lmtp_place *place)
{
	const struct in6_addr *v6 = &place->address.v6.sin6_addr;
	switch (place->address.any.sa_family) {
	case AF_INET:
		return ntohl(place->address.v4.sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(v6) ||
		       (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
	default:
		return true;
	}
}

int lmtp_place_clear_path(const char *path)
{
	struct stat about;
	if (lstat(path, &about) != 0) {
		return errno == ENOENT ? 0 : errno;
	}
	if (!S_ISSOCK(about.st_mode)) {
		return EEXIST;
	}
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	memcpy(address.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return errno;
	}
	int r = connect(fd, (const struct sockaddr *)&address, sizeof(address));
	int error = errno;
	(void)close(fd);
	if (r == 0 || error != ECONNREFUSED) {
		return EADDRINUSE;
	}
	return unlink(path) == 0 || errno == ENOENT ? 0 : errno;
}
