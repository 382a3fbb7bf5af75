/* terminal.c - questions to who sits at the terminal of standard input. */
#include "terminal.h"

#include <errno.h>
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

/* Byte by byte, so that what follows the line stays for who reads next. */
static bool read_line(char *line, size_t size)
{
	size_t n = 0;
	bool fits = true;
	for (;;) {
		char c;
		ssize_t r = read(STDIN_FILENO, &c, 1);
		if (r < 0 && errno == EINTR && caught == 0) {
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
	if (tcgetattr(STDIN_FILENO, &before) < 0) {
		return false;
	}
	caught = 0;
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)sigaction(ending_signals[i], &note, &old[i]);
	}
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	bool good = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
	good = good && read_line(line, size);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)sigaction(ending_signals[i], &old[i], NULL);
	}
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
	bool good = is_there && hidden ? read_hidden(line, size) : read_line(line, size);
	if (!good) {
		explicit_bzero(line, size);
	}
	return good;
}
