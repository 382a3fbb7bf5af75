/* greet.h - making a link's connection, and telling it who the client is. */
#ifndef SERVER_GREET_H
#define SERVER_GREET_H

#include <stdbool.h>

struct link;

/* Make the connection of a link that has none, and serve it. False: the link was dropped. */
bool greet_client(struct link *link);
/* The same when TLS has begun; a link that has a connection goes on with it. */
bool greet_after_handshake(struct link *link);

#endif
