/* fail.h - the end of a bench program when something did not go as it must. */
#ifndef BENCH_FAIL_H
#define BENCH_FAIL_H

#include <stddef.h>

/* A figure of half a run would be a wrong figure: whatever goes wrong ends the program with a line on
 * stderr and status 1, and each function of the bench that returns has done its work. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);
/* The same with what errno says. */
__attribute__((noreturn, format(printf, 1, 2))) void fail_errno(const char *format, ...);

/* Memory, or the end; zeroed. free() gives it back. */
void *take_memory(size_t count, size_t size);
void *grow_memory(void *memory, size_t count, size_t size);

#endif
