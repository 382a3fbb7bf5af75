/* address.h - addresses to listen on, as they are written. */
#ifndef PROGRAM_ADDRESS_H
#define PROGRAM_ADDRESS_H

#include <stdbool.h>

#define ADDRESS_TCP_EXAMPLE "given as ADDR:PORT, for example 127.0.0.1:1143 or [::1]:1143"
#define ADDRESS_ANY_EXAMPLE \
	"given as ADDR:PORT, for example 127.0.0.1:24, or as unix:/PATH, for example " \
	"unix:/run/roost/lmtp"
#define ADDRESS_UNIX "unix:" /* before the path of a socket in the file system */

/* "127.0.0.1:143", "[::1]:143" or "localhost:143". */
bool address_is_tcp(const char *text);
/* The same, or "unix:" and an absolute path that fits into an address. */
bool address_is_any(const char *text);

#endif
