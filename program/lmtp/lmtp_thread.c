/* lmtp_thread.c - a thread that signals do not reach. */
#include "lmtp_thread.h"

#include <signal.h>

bool lmtp_thread_start(pthread_t *thread_out, void *(*run)(void *context), void *context)
{
	sigset_t all, before;
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(thread_out, NULL, run, context);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r == 0;
}
