/* processes.c - processes and all that descends from them, as /proc shows them. */
#include "processes.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"

struct process {
	pid_t pid;
	pid_t parent;
	double own; /* seconds in ticks of the kernel, 1/100 */
	double children; /* of those that have ended */
};

struct table {
	struct process *rows; /* by pid */
	size_t count;
	size_t capacity;
};

static void add_root(struct processes *processes, const char *text, char **rest)
{
	errno = 0;
	long pid = strtol(text, rest, 10);
	if (errno != 0 || *rest == text || pid < 1 || pid > INT32_MAX) {
		fail("%s: a process number is needed", text);
	}
	if (processes->count == PROCESSES_ROOTS_MAX) {
		fail("at most %d processes", PROCESSES_ROOTS_MAX);
	}
	processes->roots[processes->count++] = (pid_t)pid;
}

void processes_add_list(struct processes *processes, const char *list)
{
	char *rest;
	for (add_root(processes, list, &rest); *rest == ','; list = rest) {
		add_root(processes, rest + 1, &rest);
	}
	if (*rest != '\0') {
		fail("%s: commas stand between processes", rest);
	}
}

/* The start of a file in /proc, ended by a NUL; false when it is gone. */
static bool read_start(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	ssize_t length = read(fd, text, size - 1);
	close(fd);
	if (length < 0) {
		return false;
	}
	text[length] = '\0';
	return true;
}

void processes_add_file(struct processes *processes, const char *path)
{
	char text[1024];
	if (!read_start(path, text, sizeof(text))) {
		fail_errno("%s", path);
	}
	char *rest = text + strspn(text, " \n");
	while (*rest != '\0') {
		add_root(processes, rest, &rest);
		rest += strspn(rest, " \n");
	}
}

/* /proc/PID/stat: proc(5). The name, in parentheses, may hold anything. */
static bool read_process(const char *pid, struct process *process)
{
	enum { PARENT = 4, OWN_USER = 14, OWN_SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM };
	char path[64];
	char text[1024];
	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	if (!read_start(path, text, sizeof(text))) {
		return false;
	}
	char *at = strrchr(text, ')');
	if (!at) {
		return false;
	}
	long fields[CHILDREN_SYSTEM + 1] = { 0 };
	at += strcspn(at, " ");
	at += at[0] != '\0' && at[1] != '\0' ? 2 : 0; /* the state, a letter, is field 3 */
	for (int i = PARENT; i <= CHILDREN_SYSTEM; i++) {
		fields[i] = strtol(at, &at, 10);
	}
	double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
	*process = (struct process) { .pid = (pid_t)strtol(pid, NULL, 10),
		.parent = (pid_t)fields[PARENT],
		.own = tick * (double)(fields[OWN_USER] + fields[OWN_SYSTEM]),
		.children = tick * (double)(fields[CHILDREN_USER] + fields[CHILDREN_SYSTEM]) };
	return true;
}

static int compare(const void *one, const void *other)
{
	const struct process *left = one;
	const struct process *right = other;
	return (left->pid > right->pid) - (left->pid < right->pid);
}

static void read_table(struct table *table)
{
	*table = (struct table) { 0 };
	DIR *folder = opendir("/proc");
	if (!folder) {
		fail_errno("/proc");
	}
	struct dirent *entry;
	while ((entry = readdir(folder))) {
		struct process process;
		if (!isdigit((unsigned char)entry->d_name[0]) ||
			!read_process(entry->d_name, &process)) {
			continue;
		}
		if (table->count == table->capacity) {
			table->capacity = table->capacity ? table->capacity * 2 : 256;
			table->rows =
				grow_memory(table->rows, table->capacity, sizeof(struct process));
		}
		table->rows[table->count++] = process;
	}
	closedir(folder);
	if (table->count > 0) {
		qsort(table->rows, table->count, sizeof(struct process), compare);
	}
}

static const struct process *find(const struct table *table, pid_t pid)
{
	struct process key = { .pid = pid };
	return table->count == 0 ? NULL
				 : bsearch(&key, table->rows, table->count, sizeof(key), compare);
}

static bool descends(
	const struct table *table, const struct processes *processes, const struct process *process)
{
	/* Pids may have been taken anew while we read: no walk is longer than the table. */
	for (size_t steps = 0; process && steps < table->count; steps++) {
		for (size_t i = 0; i < processes->count; i++) {
			if (process->pid == processes->roots[i]) {
				return true;
			}
		}
		process = find(table, process->parent);
	}
	return false;
}

static void require_roots(const struct table *table, const struct processes *processes)
{
	for (size_t i = 0; i < processes->count; i++) {
		if (!find(table, processes->roots[i])) {
			fail("process %d, of the server, is gone", (int)processes->roots[i]);
		}
	}
}

/* What a process has used itself, all threads, finer than its ticks where the kernel tells. */
static double own_cpu(const struct process *process)
{
	clockid_t clock;
	struct timespec time;
	if (clock_getcpuclockid(process->pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
		return process->own;
	}
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

double processes_cpu(const struct processes *processes)
{
	if (processes->count == 0) {
		return 0;
	}
	struct table table;
	double sum = 0;
	read_table(&table);
	require_roots(&table, processes);
	for (size_t i = 0; i < table.count; i++) {
		if (descends(&table, processes, &table.rows[i])) {
			sum += own_cpu(&table.rows[i]) + table.rows[i].children;
		}
	}
	free(table.rows);
	return sum;
}

/* The number after a key at the start of a line, 0 where there is none. */
static double value_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	return at ? (double)strtol(at + strlen(key), NULL, 10) : 0;
}

struct processes_memory processes_memory(const struct processes *processes)
{
	struct processes_memory memory = { 0 };
	struct table table;
	read_table(&table);
	require_roots(&table, processes);
	for (size_t i = 0; i < table.count; i++) {
		char path[64];
		char text[2048];
		snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)table.rows[i].pid);
		if (descends(&table, processes, &table.rows[i]) &&
			read_start(path, text, sizeof(text))) {
			memory.pss += value_of(text, "\nPss:") * 1024;
			memory.rss += value_of(text, "\nRss:") * 1024;
			memory.processes++;
		}
	}
	free(table.rows);
	return memory;
}

double processes_machine_cpu(void)
{
	enum { USER, NICE, SYSTEM, IDLE, WAITING, INTERRUPTS, SOFT_INTERRUPTS, STOLEN, FIELDS };
	char text[256];
	if (!read_start("/proc/stat", text, sizeof(text)) || strncmp(text, "cpu ", 4) != 0) {
		fail("/proc/stat cannot be read");
	}
	char *at = text + 4;
	long sum = 0;
	for (int i = USER; i < FIELDS; i++) {
		long ticks = strtol(at, &at, 10);
		sum += i == IDLE || i == WAITING ? 0 : ticks;
	}
	return (double)sum / (double)sysconf(_SC_CLK_TCK);
}

double processes_machine_available(void)
{
	char text[1024];
	return read_start("/proc/meminfo", text, sizeof(text))
		       ? value_of(text, "\nMemAvailable:") * 1024
		       : 0;
}
