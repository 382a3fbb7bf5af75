/* backup.c - `roost backup`. */
#include <getopt.h>
#include <stdio.h>

#include "care.h"
#include "common/verb.h"

static const char help[] =
	"usage: roost backup USER... DEST [OPTION]...\n"
	"       roost backup --all DEST [OPTION]...\n"
	"\n"
	"Copy users' mail to the folder DEST, while the server runs: each user's as it is at one\n"
	"moment, to a folder of the user's own, which is there whole or not at all. Messages in "
	"files\n"
	"of their own are linked where DEST is on the same disk, and else copied.\n"
	"\n"
	"  --all                      all users\n"
	"  --replace                  replace backups that are there; what they have of the "
	"messages\n"
	"                             is not copied again\n"
	"  --copy                     copy also what could be linked: links do not help when the\n"
	"                             disk fails\n" PLACE_HELP
	"  -h, --help                 this text\n"
	"\n"
	"It ends with 0 when all was copied, and with 1 otherwise. roost restore brings the mail "
	"back.\n";

static int back_up_users(
	struct care *care, const char *destination, struct roost_local_backup_options *options)
{
	bool good = true;
	options->report = care_report;
	options->progress = care_progress;
	options->context = care;
	for (size_t i = 0; i < care->user_count; i++) {
		care_turn_to(care, care->users[i]);
		int r = roost_local_backup(
			care->backend, care->call, care->user, destination, options);
		care_clear_progress(care);
		good &= r == 0 || care_tell_failure(care, r);
	}
	return good && care->findings == 0 && fflush(stdout) == 0 ? VERB_GOOD : VERB_TROUBLE;
}

static int run(int argc, char **argv)
{
	enum { ALL = PLACE_NEXT, REPLACE, COPY };
	static const struct option options[] = {
		PLACE_OPTIONS,
		{ "all", no_argument, NULL, ALL },
		{ "replace", no_argument, NULL, REPLACE },
		{ "copy", no_argument, NULL, COPY },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct care care = { .users = NULL };
	struct roost_local_backup_options wanted = { .size = sizeof(wanted) };
	bool all = false;
	int option = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'h') {
			return verb_say(help);
		}
		all |= option == ALL;
		wanted.replace |= option == REPLACE;
		wanted.copy |= option == COPY;
		if (option != ALL && option != REPLACE && option != COPY &&
			!place_take(&care.place, option, optarg)) {
			return verb_refuse_option("backup", option, argv);
		}
	}
	int names = argc - optind - 1;
	if (names < 0 || all != (names == 0)) {
		return verb_refuse("say whose mail to back up, and where to: roost backup USER... "
				   "DEST, or roost backup --all DEST");
	}
	int status = VERB_WRONG_USE;
	if (care_begin(&care, "backing up", "octets")) {
		status = care_take_users(&care, argv + optind, names)
				 ? back_up_users(&care, argv[argc - 1], &wanted)
				 : VERB_TROUBLE;
	}
	care_end(&care);
	return status;
}

const struct verb backup_verb = {
	.name = "backup",
	.usage = "backup USER... DEST [OPTION]...",
	.summary = "copy mail to another folder",
	.run = run,
};
