/* terminal.c - questions to who sits at the terminal of standard input. */
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int ending_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };
enum { SIGNALS = sizeof(ending_signals) / sizeof(ending_signals[0]) };

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	caught = number;
}

bool terminal_is_there(void)
{
	return isatty(STDIN_FILENO) == 1;
}

/* The signals come in here alone: one that came between a look at `caught` and a read() would be noted,
 * and the read() would wait all the same. */
static bool wait_for_input(const sigset_t *awake)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	int r;
	do {
		r = ppoll(&input, 1, NULL, awake);
	} while (r < 0 && errno == EINTR && caught == 0);
	return r > 0 && caught == 0;
}

/* Byte by byte, so that what follows the line stays for who reads next. `awake`: the signals that are
 * held back while nothing is waited for; NULL: none are. */
static bool read_line(char *line, size_t size, const sigset_t *awake)
{
	size_t n = 0;
	bool fits = true;
	for (;;) {
		char c;
		if (awake != NULL && !wait_for_input(awake)) {
			return false;
		}
		ssize_t r = read(STDIN_FILENO, &c, 1);
		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r < 0 || (r == 0 && n == 0)) {
			return false;
		}
		if (r == 0 || c == '\n') {
			break;
		}
		if (n + 1 < size) {
			line[n++] = c;
		} else {
			fits = false;
		}
	}
	n -= n > 0 && line[n - 1] == '\r';
	line[n] = '\0';
	return fits && strlen(line) == n;
}

static bool read_hidden(char *line, size_t size)
{
	struct termios before, hidden;
	struct sigaction old[SIGNALS];
	const struct sigaction note = { .sa_handler = on_signal };
	sigset_t ending, awake;
	if (tcgetattr(STDIN_FILENO, &before) < 0) {
		return false;
	}
	caught = 0;
	(void)sigemptyset(&ending);
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)sigaddset(&ending, ending_signals[i]);
	}
	(void)sigprocmask(SIG_BLOCK, &ending, &awake);
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)sigaction(ending_signals[i], &note, &old[i]);
	}
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	bool good = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
	good = good && read_line(line, size, &awake);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)sigaction(ending_signals[i], &old[i], NULL);
	}
	(void)sigprocmask(SIG_SETMASK, &awake, NULL);
	if (caught != 0) {
		(void)raise(caught);
	}
	return good && caught == 0;
}

bool terminal_read_line(const char *prompt, bool hidden, char *line, size_t size)
{
	bool is_there = terminal_is_there();
	caught = 0;
	if (is_there) {
		fputs(prompt, stderr);
		(void)fflush(stderr);
	}
	bool good = is_there && hidden ? read_hidden(line, size) : read_line(line, size, NULL);
	if (!good) {
		explicit_bzero(line, size);
	}
	return good;
}
