/* scratch.h - a nameless file in a folder. */
#ifndef BENCH_SCRATCH_H
#define BENCH_SCRATCH_H

#include <stddef.h>

/* An empty one; it goes when it is closed. */
int scratch_open(const char *folder);
/* Octets that look like anything, and are the same each time. */
char *scratch_octets(size_t length);
/* Write all, at the end of the file. */
void scratch_write(int fd, const char *data, size_t length);

#endif
