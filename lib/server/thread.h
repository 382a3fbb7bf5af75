/* thread.h - starting threads that leave signals to the program's own. */
#ifndef SERVER_THREAD_H
#define SERVER_THREAD_H

#include <pthread.h>

/* Start a thread in which all signals but those of a crash are blocked: handlers run in threads of
 * the program, and a write to a closed socket (SIGPIPE) is an error like any other.
 * ROOST_ERR_NO_MEMORY. */
int thread_start(pthread_t *thread_out, void *(*run)(void *context), void *context);

#endif
