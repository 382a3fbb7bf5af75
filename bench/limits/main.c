/* main.c - limits: measures what this machine could do at best, to hold a server's figures against. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/fail.h"
#include "limit.h"

static const struct limit *const limits[] = {
	&echo_limit,
	&sendfile_limit,
	&pieces_limit,
	&tls_sendfile_limit,
	&fdatasync_limit,
	&memcpy_limit,
	&memmem_limit,
};

enum { LIMITS = sizeof(limits) / sizeof(*limits) };

static void help(void)
{
	printf("usage: limits LIMIT [KEY=VALUE]...\n\n"
	       "Measure what this machine could do at best; each result is a JSON object on a line "
	       "of\n"
	       "stdout. Limits, with their parameters; name=TEXT names the result.\n");
	for (size_t i = 0; i < LIMITS; i++) {
		printf("\n%s: %s\n", limits[i]->name, limits[i]->summary);
		parameters_help(limits[i]->parameters);
	}
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fail("a limit is needed; --help lists them");
	}
	if (strcmp(argv[1], "--help") == 0) {
		help();
		return 0;
	}
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < LIMITS; i++) {
		if (strcmp(limits[i]->name, argv[1]) == 0) {
			struct parameters parameters;
			parameters_read(&parameters, limits[i]->parameters, argc - 2, argv + 2);
			limits[i]->run(&parameters);
			return 0;
		}
	}
	fail("%s: there is no such limit; --help lists them", argv[1]);
}
