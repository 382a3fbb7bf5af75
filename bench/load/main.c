/* main.c - imapbench: measures an IMAP server from outside, one scenario at a time. */
#include <getopt.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fail.h"
#include "scenario.h"

/* Of 127.0.1.1 and up: enough for the connections that one port of a server has within a minute. */
#define STANDARD_SOURCES "8"

static const struct scenario *const scenarios[] = {
	&fill_scenario,
	&roundtrip_scenario,
	&session_scenario,
	&users_scenario,
	&append_scenario,
	&command_scenario,
	&delivery_scenario,
	&idle_scenario,
};

enum { SCENARIOS = sizeof(scenarios) / sizeof(*scenarios) };

struct options {
	const char *host;
	const char *port;
	const char *sources;
	bool tls;
};

static void help(void)
{
	printf("usage: imapbench [OPTION]... SCENARIO [KEY=VALUE]...\n\n"
	       "Measure an IMAP server; each result is a JSON object on a line of stdout.\n\n"
	       "  --host ADDRESS    IPv4, default 127.0.0.1\n"
	       "  --port N          required\n"
	       "  --tls             TLS from the first byte; no certificate is verified\n"
	       "  --user PATTERN    in which %%d stands for a number, default u%%d\n"
	       "  --password TEXT   default pass\n"
	       "  --pids PID,...    processes of the server: with all that descends from them, "
	       "their\n"
	       "                    CPU and memory is measured\n"
	       "  --pid-file FILE   the same, from a file\n"
	       "  --sources N       connect from so many addresses, 127.0.1.1 and up; default %s "
	       "for\n"
	       "                    a server on 127.0.0.0/8, else 0: the system's choice\n\n"
	       "Scenarios, with their parameters; name=TEXT names the result.\n",
		STANDARD_SOURCES);
	for (size_t i = 0; i < SCENARIOS; i++) {
		printf("\n%s: %s\n", scenarios[i]->name, scenarios[i]->summary);
		parameters_help(scenarios[i]->parameters);
	}
}

static long number(const char *option, const char *text, long least, long most)
{
	char *rest;
	long value = strtol(text, &rest, 10);
	if (rest == text || *rest != '\0' || value < least || value > most) {
		fail("--%s %s: a number from %ld to %ld is needed", option, text, least, most);
	}
	return value;
}

/* The index of the first argument that is no option. */
static int read_options(struct options *options, struct network *network, int argc, char **argv)
{
	static const struct option names[] = {
		{ "host", required_argument, NULL, 'h' },
		{ "port", required_argument, NULL, 'p' },
		{ "tls", no_argument, NULL, 't' },
		{ "user", required_argument, NULL, 'u' },
		{ "password", required_argument, NULL, 'w' },
		{ "pids", required_argument, NULL, 'i' },
		{ "pid-file", required_argument, NULL, 'f' },
		{ "sources", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, '?' },
		{ 0 },
	};
	int option;
	while ((option = getopt_long(argc, argv, "+", names, NULL)) != -1) {
		switch (option) {
		case 'h':
			options->host = optarg;
			break;
		case 'p':
			options->port = optarg;
			break;
		case 't':
			options->tls = true;
			break;
		case 'u':
			network->user = optarg;
			break;
		case 'w':
			network->password = optarg;
			break;
		case 'i':
			processes_add_list(&network->processes, optarg);
			break;
		case 'f':
			processes_add_file(&network->processes, optarg);
			break;
		case 's':
			options->sources = optarg;
			break;
		default:
			if (optopt == 0) {
				help();
				exit(0);
			}
			fail("imapbench --help lists the options");
		}
	}
	return optind;
}

static const struct scenario *find(const char *name)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		if (strcmp(scenarios[i]->name, name) == 0) {
			return scenarios[i];
		}
	}
	fail("%s: there is no such scenario; --help lists them", name);
}

int main(int argc, char **argv)
{
	struct options options = { .host = "127.0.0.1" };
	struct network network = { .user = "u%d", .password = "pass" };
	int at = read_options(&options, &network, argc, argv);
	if (at == argc) {
		fail("a scenario is needed; --help lists them");
	}
	if (!options.port) {
		fail("--port is needed");
	}
	if (!options.sources) {
		options.sources = strncmp(options.host, "127.", 4) == 0 ? STANDARD_SOURCES : "0";
	}
	struct parameters parameters;
	const struct scenario *scenario = find(argv[at]);
	parameters_read(&parameters, scenario->parameters, argc - at - 1, argv + at + 1);
	signal(SIGPIPE, SIG_IGN);
	network.sources = (uint32_t)number("sources", options.sources, 0, 250);
	network_open(&network, options.host, (uint16_t)number("port", options.port, 1, 65535),
		options.tls);
	scenario->run(&network, &parameters);
	network_close(&network);
	return 0;
}
