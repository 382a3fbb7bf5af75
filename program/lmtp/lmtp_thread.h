/* lmtp_thread.h - a thread that signals do not reach. */
#ifndef PROGRAM_LMTP_THREAD_H
#define PROGRAM_LMTP_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Start a thread with all signals blocked: they are the main thread's. False when there can be none. */
bool lmtp_thread_start(pthread_t *thread_out, void *(*run)(void *context), void *context);

#endif
