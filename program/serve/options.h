/* options.h - what the command line of `roost serve` asks for. */
#ifndef PROGRAM_OPTIONS_H
#define PROGRAM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "accounts/accounts.h"
#include "config/file.h"
#include "config/settings.h"

/* Mail to take in before serving. */
struct options_import {
	const char *path; /* the settings' */
	char *user;
	char *mailbox; /* INBOX is spelled so */
};

struct options {
	struct settings settings;
	const char *config; /* the file that was read; NULL: none */
	struct options_import *imports;
	size_t import_count;
	struct accounts accounts;
	bool help;
	int argc; /* what it was read from */
	char **argv;
};

/* Read the arguments after `serve` (argv[0] is passed over), and the configuration. Passwords in argv are
 * overwritten, so that `ps` shows them no longer. On failure says on stderr what to do, and returns false. */
bool options_parse(struct options *options, int argc, char **argv);
/* Read the same configuration and options again, but no accounts and imports. What is wrong in the file is told to
 * `complain`; then false. To be cleared in any case. */
bool options_read_again(struct options *fresh, const struct options *options,
	config_file_complain *complain, void *context);
void options_clear(struct options *options);
/* The options, for people. */
void options_help(void);

#endif
