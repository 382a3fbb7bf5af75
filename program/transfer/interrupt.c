/* interrupt.c - SIGINT and SIGTERM end an import or export after what is under way. */
#include "interrupt.h"

#include <stddef.h>

/* What a signal handler can reach. */
static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
	(void)number;
	stopping = 1;
}

const volatile sig_atomic_t *interrupt_catch(void)
{
	/* No SA_RESTART: whoever waits for a server notices. */
	struct sigaction stop = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	return &stopping;
}
