/* endpoint.c - network addresses: read from "127.0.0.1:143", written for people. */
#include "server/endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <roost/error.h>

#include "base/text.h"

static bool parse_v6(char *host, struct endpoint *address)
{
	address->u.v6.sin6_family = AF_INET6;
	address->size = sizeof(address->u.v6);
	char *zone = strchr(host, '%');
	if (zone != NULL) {
		*zone = '\0';
		address->u.v6.sin6_scope_id = if_nametoindex(zone + 1);
		if (address->u.v6.sin6_scope_id == 0) {
			return false;
		}
	}
	return inet_pton(AF_INET6, host, &address->u.v6.sin6_addr) == 1;
}

static bool parse_v4(const char *host, struct endpoint *address)
{
	address->u.v4.sin_family = AF_INET;
	address->size = sizeof(address->u.v4);
	if (strcmp(host, "localhost") == 0) {
		host = "127.0.0.1";
	}
	return inet_pton(AF_INET, host, &address->u.v4.sin_addr) == 1;
}

int endpoint_parse(const char *text, struct endpoint *address_out)
{
	const char *colon = strrchr(text, ':');
	uint64_t port;
	if (colon == NULL || !text_number(text_from(colon + 1), UINT16_MAX, &port)) {
		return ROOST_ERR_INVALID;
	}
	char host[ENDPOINT_TEXT];
	size_t n = (size_t)(colon - text);
	bool v6 = n >= 2 && text[0] == '[' && text[n - 1] == ']';
	if (v6) {
		text++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(host)) {
		return ROOST_ERR_INVALID;
	}
	memcpy(host, text, n);
	host[n] = '\0';

	struct endpoint address = { .size = 0 };
	if (v6 ? !parse_v6(host, &address) : !parse_v4(host, &address)) {
		return ROOST_ERR_INVALID;
	}
	if (v6) {
		address.u.v6.sin6_port = htons((uint16_t)port);
	} else {
		address.u.v4.sin_port = htons((uint16_t)port);
	}
	*address_out = address;
	return 0;
}

static void host_v6(const struct sockaddr_in6 *v6, char text_out[ENDPOINT_TEXT])
{
	if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		(void)inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], text_out, ENDPOINT_TEXT);
		return;
	}
	char zone[IF_NAMESIZE];
	(void)inet_ntop(AF_INET6, &v6->sin6_addr, text_out, ENDPOINT_TEXT);
	if (v6->sin6_scope_id != 0 && if_indextoname(v6->sin6_scope_id, zone) != NULL) {
		size_t n = strlen(text_out);
		(void)snprintf(text_out + n, ENDPOINT_TEXT - n, "%%%s", zone);
	}
}

void endpoint_host(const struct endpoint *address, char text_out[ENDPOINT_TEXT])
{
	text_out[0] = '\0';
	switch (address->u.any.sa_family) {
	case AF_INET:
		(void)inet_ntop(AF_INET, &address->u.v4.sin_addr, text_out, ENDPOINT_TEXT);
		break;
	case AF_INET6:
		host_v6(&address->u.v6, text_out);
		break;
	default:
		break;
	}
}

uint16_t endpoint_port(const struct endpoint *address)
{
	switch (address->u.any.sa_family) {
	case AF_INET:
		return ntohs(address->u.v4.sin_port);
	case AF_INET6:
		return ntohs(address->u.v6.sin6_port);
	default:
		return 0;
	}
}

bool endpoint_is_loopback(const struct endpoint *address)
{
	const struct in6_addr *v6 = &address->u.v6.sin6_addr;
	switch (address->u.any.sa_family) {
	case AF_INET:
		return ntohl(address->u.v4.sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(v6) ||
		       (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
	case AF_UNIX:
		return true;
	default:
		return false;
	}
}
