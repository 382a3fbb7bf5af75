/* main.c - the program `roost`: which verb is meant, and what it says of itself. */
#include <stdio.h>
#include <string.h>

#include <roost/version.h>

#include "common/verb.h"

static const struct verb *const verbs[] = {
	&serve_verb,
	&user_verb,
	&import_verb,
	&export_verb,
	&deliver_verb,
	&config_verb,
	&check_verb,
	&backup_verb,
	&restore_verb,
	&stats_verb,
};

static int say_help(void)
{
	printf("roost - a mail store and IMAP server\n\nusage:\n");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		printf("  roost %-36s %s\n", verbs[i]->usage, verbs[i]->summary);
	}
	return verb_say("  roost --version                            the version\n"
			"\n"
			"roost VERB --help tells more of each. They end with 0 when all was done, "
			"with 1 when\n"
			"something was not, and with 2 when they were called wrongly.\n");
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(name, verbs[i]->name) == 0) {
			return verbs[i]->run(argc - 1, argv + 1);
		}
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		return say_help();
	}
	if (strcmp(name, "--version") == 0) {
		return verb_say("roost " ROOST_VERSION_STRING "\n");
	}
	if (name[0] == '\0') {
		return verb_refuse("say what to do: roost serve --data DIR, or roost --help");
	}
	return verb_refuse("%s is no command of roost; see roost --help", name);
}
