/* processes.h - processes and all that descends from them, as /proc shows them. */
#ifndef BENCH_PROCESSES_H
#define BENCH_PROCESSES_H

#include <stddef.h>
#include <sys/types.h>

enum { PROCESSES_ROOTS_MAX = 64 };

struct processes {
	pid_t roots[PROCESSES_ROOTS_MAX];
	size_t count;
};

struct processes_memory {
	double pss; /* octets: what several processes share is counted once */
	double rss;
	size_t processes;
};

/* Add roots: numbers with commas between them, or those that a file holds. */
void processes_add_list(struct processes *processes, const char *list);
void processes_add_file(struct processes *processes, const char *path);

/* Seconds of CPU that they have used up to now, with their children that have ended; 0 without roots.
 * Fails when a root is gone. */
double processes_cpu(const struct processes *processes);
struct processes_memory processes_memory(const struct processes *processes);

/* Seconds of CPU that the machine has used for all programs. */
double processes_machine_cpu(void);
/* Octets that programs could still get. */
double processes_machine_available(void);

#endif
