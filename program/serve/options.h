/* options.h - what the command line of `roost serve` asks for. */
#ifndef PROGRAM_OPTIONS_H
#define PROGRAM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <roost/conn.h>

#include "accounts/accounts.h"

/* An address to listen on; its text is argv's. */
struct options_listen {
	const char *address;
	bool tls;
};

/* Mail to take in before serving. */
struct options_import {
	const char *path; /* argv's */
	char *user;
	char *mailbox; /* INBOX is spelled so */
};

struct options {
	struct options_listen *listens;
	size_t listen_count;
	struct options_import *imports;
	size_t import_count;
	struct accounts accounts;
	const char *data; /* the folder of the store; argv's; NULL: not given */
	const char *tls_certificate_file;
	const char *tls_key_file;
	uint64_t append_limit; /* 0: not given */
	unsigned loops;
	unsigned workers;
	enum roost_log_level log_level;
	bool memory;
	bool insecure_auth;
	bool literal_minus;
	bool help;
};

/* Read the arguments after `serve` (argv[0] is passed over). Passwords in argv are overwritten, so
 * that `ps` shows them no longer. On failure says in one line on stderr what to do, and returns
 * false. */
bool options_parse(struct options *options, int argc, char **argv);
void options_clear(struct options *options);

#endif
