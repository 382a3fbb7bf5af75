/* test_terminal.c - a signal while a password is typed ends the program, whenever it comes. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "accounts/terminal.h"

enum { WAITED_FOR_EVER = 42, WENT_ON };

/* What comes once the terminal is silent, before anything is read; 0: nothing. */
static int coming;
static bool came;

int __real_tcsetattr(int fd, int when, const struct termios *attributes);
int __wrap_tcsetattr(int fd, int when, const struct termios *attributes);

int __wrap_tcsetattr(int fd, int when, const struct termios *attributes)
{
	int r = __real_tcsetattr(fd, when, attributes);
	if (coming != 0) {
		int number = coming;
		coming = 0;
		came = true;
		(void)raise(number);
	}
	return r;
}

ssize_t __real_read(int fd, void *buffer, size_t n);
ssize_t __wrap_read(int fd, void *buffer, size_t n);

ssize_t __wrap_read(int fd, void *buffer, size_t n)
{
	struct pollfd input = { .fd = fd, .events = POLLIN };
	if (came && poll(&input, 1, 0) == 0) {
		_exit(WAITED_FOR_EVER);
	}
	return __real_read(fd, buffer, n);
}

/* Both ends of a new terminal. */
static void open_terminal(int *ours_out, int *theirs_out)
{
	char name[64];
	*ours_out = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(*ours_out >= 0);
	assert_int_equal(grantpt(*ours_out), 0);
	assert_int_equal(unlockpt(*ours_out), 0);
	assert_int_equal(ptsname_r(*ours_out, name, sizeof(name)), 0);
	*theirs_out = open(name, O_RDWR | O_NOCTTY);
	assert_true(*theirs_out >= 0);
}

static _Noreturn void ask(int terminal, int number)
{
	char line[64];
	if (dup2(terminal, STDIN_FILENO) < 0) {
		_exit(1);
	}
	coming = number;
	(void)terminal_read_line("", true, line, sizeof(line));
	_exit(WENT_ON);
}

static void test_signals(void **state)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct termios after;
		int ours, theirs, status;
		open_terminal(&ours, &theirs);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			ask(theirs, numbers[i]);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WIFEXITED(status) ? WEXITSTATUS(status) : 0, 0);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), numbers[i]);
		assert_int_equal(tcgetattr(theirs, &after), 0);
		assert_true((after.c_lflag & ECHO) != 0);
		(void)close(ours);
		(void)close(theirs);
	}
}

static void test_line(void **state)
{
	char line[64];
	int ours, theirs;
	(void)state;
	open_terminal(&ours, &theirs);
	int before = dup(STDIN_FILENO);
	assert_int_equal(dup2(theirs, STDIN_FILENO), STDIN_FILENO);
	/* What is typed before the terminal is silent may be thrown away. */
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct termios now;
		do {
			(void)tcgetattr(theirs, &now);
		} while ((now.c_lflag & ECHO) != 0);
		_exit(write(ours, "hunter2\r\nmore\n", 14) == 14 ? 0 : 1);
	}
	assert_true(terminal_read_line("", true, line, sizeof(line)));
	assert_string_equal(line, "hunter2");
	assert_int_equal(waitpid(child, NULL, 0), child);
	(void)dup2(before, STDIN_FILENO);
	(void)close(before);
	(void)close(ours);
	(void)close(theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
