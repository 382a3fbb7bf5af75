/* address.c - addresses to listen on, as they are written. */
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static bool is_port(const char *text)
{
	char *end = NULL;
	errno = 0;
	unsigned long port = strtoul(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && port <= UINT16_MAX;
}

/* Whether the host is an address: nothing is looked up. An interface may stand behind an IPv6 one. */
static bool is_host(char *host)
{
	unsigned char address[sizeof(struct in6_addr)];
	size_t n = strlen(host);
	if (n < 2 || host[0] != '[' || host[n - 1] != ']') {
		return strcmp(host, "localhost") == 0 || inet_pton(AF_INET, host, address) == 1;
	}
	host[n - 1] = '\0';
	char *zone = strchr(host, '%');
	if (zone != NULL) {
		*zone = '\0';
	}
	return inet_pton(AF_INET6, host + 1, address) == 1;
}

bool address_is_tcp(const char *text)
{
	char host[INET6_ADDRSTRLEN + IF_NAMESIZE + 3];
	const char *colon = strrchr(text, ':');
	size_t n = colon != NULL ? (size_t)(colon - text) : 0;
	if (colon == NULL || n >= sizeof(host) || !is_port(colon + 1)) {
		return false;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	return is_host(host);
}

bool address_is_any(const char *text)
{
	size_t n = strlen(ADDRESS_UNIX);
	if (strncmp(text, ADDRESS_UNIX, n) != 0) {
		return address_is_tcp(text);
	}
	struct sockaddr_un address;
	return text[n] == '/' && strlen(text + n) < sizeof(address.sun_path);
}
