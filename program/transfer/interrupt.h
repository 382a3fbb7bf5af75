/* interrupt.h - SIGINT and SIGTERM end an import or export after what is under way. */
#ifndef PROGRAM_INTERRUPT_H
#define PROGRAM_INTERRUPT_H

#include <signal.h>

/* Catch the signals from now on; what is returned is not 0 after one came. A second one of the same
 * kind ends the program at once. */
const volatile sig_atomic_t *interrupt_catch(void);

#endif
