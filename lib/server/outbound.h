/* outbound.h - from a connection's output to the socket. */
#ifndef SERVER_OUTBOUND_H
#define SERVER_OUTBOUND_H

#include <stdint.h>

struct link;

/* Send the first part of what waits, with one system call. Returns how many bytes went; 0 when the
 * socket takes no more now, when a worker has been asked to read what comes next, or when the link
 * was dropped. */
uint64_t outbound_send(struct link *link);
/* Send what is left of a line that tells how far a command is; it goes before all else. As outbound_send. */
uint64_t outbound_send_progress(struct link *link);
/* Read a chunk of content; by a worker. */
int outbound_fetch(struct link *link);
/* Free the chunk, if there is one. */
void outbound_drop_chunk(struct link *link);

#endif
