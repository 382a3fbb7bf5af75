/* secret.c - a password that is needed elsewhere. */
#include "secret.h"

#include <stdio.h>
#include <string.h>

#include "accounts/terminal.h"

static bool read_file(const char *path, char *secret)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		fprintf(stderr, "roost: cannot read %s: %m\n", path);
		return false;
	}
	(void)setvbuf(file, NULL, _IONBF, 0); /* no copy of it stays in a buffer */
	bool good = fgets(secret, SECRET_MAX, file) != NULL;
	(void)fclose(file);
	size_t n = good ? strcspn(secret, "\r\n") : 0;
	if (n == 0 || n == SECRET_MAX - 1) {
		fprintf(stderr, "roost: %s has no password in its first line\n", path);
		explicit_bzero(secret, SECRET_MAX);
		return false;
	}
	secret[n] = '\0';
	return true;
}

bool secret_read(const char *file, const char *prompt, char *secret_out)
{
	if (file != NULL) {
		return read_file(file, secret_out);
	}
	if (!terminal_read_line(prompt, true, secret_out, SECRET_MAX) || secret_out[0] == '\0') {
		fputs("roost: there is no password; give it on standard input, or name a file with "
		      "--password-file\n",
			stderr);
		return false;
	}
	return true;
}
