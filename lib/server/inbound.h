/* inbound.h - from the socket to a connection. */
#ifndef SERVER_INBOUND_H
#define SERVER_INBOUND_H

#include <stdbool.h>

struct link;

/* Whether bytes wait that were read already. */
bool inbound_has_rest(const struct link *link);
/* Give those to the connection. False: it takes none, or the link was dropped. */
bool inbound_feed_rest(struct link *link);
/* Whether there may be something to read. */
bool inbound_is_readable(const struct link *link);
/* Read once, and give the connection what came. False: nothing came. */
bool inbound_receive(struct link *link);
/* Read, and throw away what came. False: nothing came. */
bool inbound_discard(struct link *link);
void inbound_drop_rest(struct link *link);

/* The connection switches compression: what the client says from here on is compressed, or no longer is. False:
 * the link was dropped. */
bool inbound_begin_compression(struct link *link);
bool inbound_end_compression(struct link *link);

#endif
