/* progress.h - telling a client that waits how far its command is. RFC 9585. */
#ifndef SESSION_PROGRESS_H
#define SESSION_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct roost_conn;
struct progress;

int progress_create(struct progress **progress_out);
void progress_destroy(struct progress *progress); /* NULL is allowed */
/* A slice of the command at hand begins. `quiet`: all that was said is sent, and the command has not begun to answer,
 * so that a line may go out meanwhile. */
void progress_begin(struct progress *progress, struct roost_conn *conn, bool quiet);
void progress_end(struct progress *progress);
/* As roost_conn_progress(), by any thread. */
size_t progress_write(struct progress *progress, char *line, size_t size);

#endif
