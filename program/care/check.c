/* check.c - `roost check`. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "accounts/account_file.h"
#include "care.h"
#include "common/verb.h"

static const char help[] =
	"usage: roost check [USER]... [OPTION]...\n"
	"\n"
	"Look whether all mail is there as it was stored, of all users or of those named: the\n"
	"database, the bytes of each message, what is counted, and what lies about. It may run "
	"beside\n"
	"a server. Each thing found is a line that says where it is, what it is, whether mail is "
	"lost,\n"
	"and what can be done about it.\n"
	"\n"
	"  --repair                   mend what can be mended without losing mail; nobody else "
	"may\n"
	"                             work with the user's mail meanwhile. Messages that belong\n"
	"                             nowhere go to the mailbox lost+found\n" PLACE_HELP
	"  -h, --help                 this text\n"
	"\n"
	"It ends with 0 when nothing is wrong, or nothing is any more, and with 1 otherwise.\n";

/* Whether the user's account can be read. That there is none is no fault: accounts may be kept
 * elsewhere. */
static bool check_account(struct care *care)
{
	struct account_file account = { .password = NULL };
	enum account_result result = account_file_read(care->place.data, care->user, &account);
	account_file_clear(&account);
	if (result == ACCOUNT_GOOD || result == ACCOUNT_MISSING) {
		return true;
	}
	const struct roost_local_finding finding = {
		.size = sizeof(finding),
		.severity = ROOST_LOCAL_WRONG,
		.what = "account",
		.where = "account",
		.text = result == ACCOUNT_DAMAGED
				? "it cannot be understood, and so nobody can sign in"
				: strerror(errno),
		.remedy = "restore it from a backup, or remove it and use roost user add",
	};
	care_report(care, &finding);
	return false;
}

static int check_users(struct care *care, bool repair)
{
	const struct roost_local_check_options options = {
		.size = sizeof(options),
		.repair = repair,
		.report = care_report,
		.progress = care_progress,
		.context = care,
	};
	bool good = true;
	for (size_t i = 0; i < care->user_count; i++) {
		care_turn_to(care, care->users[i]);
		int r = roost_local_check(care->backend, care->call, care->user, &options);
		care_clear_progress(care);
		good &= r == 0 || care_tell_failure(care, r);
		(void)(r == 0 && check_account(care));
	}
	if (fflush(stdout) != 0) {
		good = false;
	}
	size_t checked = care->user_count - care->gone;
	fprintf(stderr, "roost: checked %zu user%s: %u wrong, %u repaired\n", checked,
		checked == 1 ? "" : "s", care->findings, care->findings - care->left);
	return good && care->left == 0 ? VERB_GOOD : VERB_TROUBLE;
}

static int run(int argc, char **argv)
{
	enum { REPAIR = PLACE_NEXT };
	static const struct option options[] = {
		PLACE_OPTIONS,
		{ "repair", no_argument, NULL, REPAIR },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct care care = { .users = NULL };
	bool repair = false;
	int option = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (option == 'h') {
			return verb_say(help);
		}
		if (option == REPAIR) {
			repair = true;
		} else if (!place_take(&care.place, option, optarg)) {
			return verb_refuse_option("check", option, argv);
		}
	}
	int status = VERB_WRONG_USE;
	if (care_begin(&care, "checking", "messages")) {
		status = care_take_users(&care, argv + optind, argc - optind)
				 ? check_users(&care, repair)
				 : VERB_TROUBLE;
	}
	care_end(&care);
	return status;
}

const struct verb check_verb = {
	.name = "check",
	.usage = "check [USER]... [OPTION]...",
	.summary = "look whether all mail is there",
	.run = run,
};
