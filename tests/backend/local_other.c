/* local_other.c - another process that works on the same store. */
#include "local_other.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void must(int error, const char *what)
{
	if (error != 0) {
		errno = error;
		perror(what);
		exit(1);
	}
}

void local_other_start(
	struct local_other *other, const char *first, const char *second, const char *third)
{
	int input[2], output[2];
	char name[] = "other";
	char *const arguments[] = { name, (char *)first, (char *)second, (char *)third, NULL };
	posix_spawn_file_actions_t actions;
	must(pipe2(input, O_CLOEXEC) < 0 ? errno : 0, "pipe");
	must(pipe2(output, O_CLOEXEC) < 0 ? errno : 0, "pipe");
	must(posix_spawn_file_actions_init(&actions), "posix_spawn");
	must(posix_spawn_file_actions_adddup2(&actions, input[0], 0), "posix_spawn");
	must(posix_spawn_file_actions_adddup2(&actions, output[1], 1), "posix_spawn");
	must(posix_spawn(&other->pid, "/proc/self/exe", &actions, NULL, arguments, environ),
		"posix_spawn");
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(input[0]);
	(void)close(output[1]);
	other->to = input[1];
	other->from = output[0];
}

int local_other_hear(const struct local_other *other)
{
	unsigned char byte;
	ssize_t n;
	do {
		n = read(other->from, &byte, 1);
	} while (n < 0 && errno == EINTR);
	return n == 1 ? byte : -1;
}

void local_other_say(const struct local_other *other, const void *bytes, size_t size)
{
	must(write(other->to, bytes, size) == (ssize_t)size ? 0 : EPIPE, "write");
}

static int wait_for(struct local_other *other)
{
	int status = 0;
	while (waitpid(other->pid, &status, 0) < 0) {
		must(errno == EINTR ? 0 : errno, "waitpid");
	}
	(void)close(other->to);
	(void)close(other->from);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int local_other_end(struct local_other *other)
{
	(void)close(other->to);
	other->to = -1;
	return wait_for(other);
}

void local_other_kill(struct local_other *other)
{
	(void)kill(other->pid, SIGKILL);
	(void)wait_for(other);
}
