/* terminal.h - questions to who sits at the terminal of standard input. */
#ifndef PROGRAM_TERMINAL_H
#define PROGRAM_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

bool terminal_is_there(void);

/* Show a prompt on stderr and read a line, without its end. With `hidden` it is not shown as it is
 * typed; the terminal is put right again whatever signal comes. False at the end of input, when the
 * line is longer than `size` has room for, or when the terminal does not work. Also reads from what
 * is no terminal; then nothing is prompted. */
bool terminal_read_line(const char *prompt, bool hidden, char *line, size_t size);

#endif
