/* input.h - from the socket to a connection. */
#ifndef SERVER_INPUT_H
#define SERVER_INPUT_H

#include <stdbool.h>

struct link;

/* Whether bytes wait that were read already. */
bool input_has_rest(const struct link *link);
/* Give those to the connection. False: it takes none, or the link was dropped. */
bool input_feed_rest(struct link *link);
/* Read once, and give the connection what came. False: nothing came. */
bool input_receive(struct link *link);
/* Read, and throw away what came. False: nothing came. */
bool input_discard(struct link *link);
void input_drop_rest(struct link *link);

#endif
