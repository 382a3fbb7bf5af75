/* endpoint.h - network addresses: read from "127.0.0.1:143", written for people. */
#ifndef SERVER_ENDPOINT_H
#define SERVER_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Room for any address as text, with the name of an interface. */
#define ENDPOINT_TEXT (INET6_ADDRSTRLEN + 17)

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage storage;
	} u;
	socklen_t size;
};

/* Read "127.0.0.1:143", "[::1]:143" or "localhost:143" (which is 127.0.0.1). No other names: none
 * is looked up. ROOST_ERR_INVALID. */
int endpoint_parse(const char *text, struct endpoint *address_out);
/* The host alone, "192.0.2.7" or "2001:db8::1"; an IPv4 address in IPv6 as the IPv4 address. */
void endpoint_host(const struct endpoint *address, char text_out[ENDPOINT_TEXT]);
uint16_t endpoint_port(const struct endpoint *address);
/* Whether it is one of this machine's loopback addresses, or a socket in its file system. */
bool endpoint_is_loopback(const struct endpoint *address);

#endif
