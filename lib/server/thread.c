/* thread.c - starting threads that leave signals to the program's own. */
#include "server/thread.h"

#include <signal.h>

#include <roost/error.h>

int thread_start(pthread_t *thread_out, void *(*run)(void *context), void *context)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
	sigset_t blocked;
	sigset_t before;
	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) {
		sigdelset(&blocked, crashes[i]);
	}
	pthread_t thread;
	(void)pthread_sigmask(SIG_SETMASK, &blocked, &before);
	int r = pthread_create(&thread, NULL, run, context);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0) {
		return ROOST_ERR_NO_MEMORY;
	}
	*thread_out = thread;
	return 0;
}
