/* restore.c - `roost restore`. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/error.h>

#include "accounts/user_name.h"
#include "care.h"
#include "common/verb.h"

static const char help[] =
	"usage: roost restore FOLDER [OPTION]...\n"
	"\n"
	"Give a user the mail that is in a folder which roost backup made, for example\n"
	"backups/anna. It is there whole or not at all. A user who has an account keeps it with "
	"its\n"
	"password; else the one in the folder comes along.\n"
	"\n"
	"  --as USER                  whose mail it becomes; else that of the user it was\n"
	"  --replace                  replace the mail that the user has: all of it is "
	"lost\n" PLACE_HELP "  -h, --help                 this text\n"
	"\n"
	"Mail programs read restored mailboxes anew, as they get a new UID validity, but for "
	"those\n"
	"that have not changed since the backup.\n"
	"\n"
	"It ends with 0 when the mail is back, and with 1 otherwise.\n";

/* The user whose folder is called so: "%C3%A9mile" is émile. From malloc(); NULL when it is none's. */
static char *user_of(const char *path)
{
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/') {
		n--;
	}
	size_t first = n;
	while (first > 0 && path[first - 1] != '/') {
		first--;
	}
	char *folder = strndup(path + first, n - first);
	char *name = folder == NULL ? NULL : user_name_of_folder(folder);
	free(folder);
	return name;
}

static int restore(struct care *care, const char *folder, const char *user, bool replace)
{
	const struct roost_local_restore_options options = {
		.size = sizeof(options),
		.replace = replace,
		.progress = care_progress,
		.context = care,
	};
	care_turn_to(care, user);
	int r = roost_local_restore(care->backend, care->call, folder, user, &options);
	care_clear_progress(care);
	if (r < 0) {
		(void)care_tell_failure(care, r);
		if (r == ROOST_ERR_MAILBOX_EXISTS) {
			fputs("roost: to lose it for what is restored, say --replace\n", stderr);
		}
		return VERB_TROUBLE;
	}
	return VERB_GOOD;
}

static int run(int argc, char **argv)
{
	enum { AS = PLACE_NEXT, REPLACE };
	static const struct option options[] = {
		PLACE_OPTIONS,
		{ "as", required_argument, NULL, AS },
		{ "replace", no_argument, NULL, REPLACE },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct care care = { .users = NULL };
	const char *as = NULL;
	bool replace = false;
	int option = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'h') {
			return verb_say(help);
		}
		as = option == AS ? optarg : as;
		replace |= option == REPLACE;
		if (option != AS && option != REPLACE && !place_take(&care.place, option, optarg)) {
			return verb_refuse_option("restore", option, argv);
		}
	}
	if (optind != argc - 1) {
		return verb_refuse("say which folder to restore: roost restore backups/anna");
	}
	const char *why = "";
	char *user = as != NULL ? user_name_fold(as, &why) : user_of(argv[optind]);
	int status = VERB_WRONG_USE;
	if (user == NULL) {
		status = as != NULL ? verb_refuse("%s is no name for a user: %s", as, why)
				    : verb_refuse("%s is not called as a user's folder is; say "
						  "whose mail it becomes: --as USER",
					      argv[optind]);
	} else if (care_begin(&care, "restoring", "octets")) {
		status = restore(&care, argv[optind], user, replace);
	}
	care_end(&care);
	free(user);
	return status;
}

const struct verb restore_verb = {
	.name = "restore",
	.usage = "restore FOLDER [OPTION]...",
	.summary = "bring mail back from a backup",
	.run = run,
};
