/* user.c - `roost user`: the accounts of a store. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/verb.h"
#include "config/place.h"
#include "account_file.h"
#include "hash.h"
#include "new_password.h"
#include "purge.h"
#include "terminal.h"
#include "user_import.h"
#include "user_list.h"
#include "user_name.h"

static const char help[] =
	"usage: roost user add NAME [--generate]\n"
	"       roost user passwd NAME [--generate]\n"
	"       roost user disable NAME\n"
	"       roost user enable NAME\n"
	"       roost user del NAME [--purge [--yes]]\n"
	"       roost user list\n"
	"       roost user show NAME\n"
	"       roost user import FILE [--replace]\n"
	"\n"
	"Accounts of a store: who may sign in to roost serve. A server that runs sees each change\n"
	"at the next sign-in.\n"
	"\n"
	"A new password is asked for on the terminal, or read from standard input, its first "
	"line.\n"
	"Only its hash is kept, in the user's folder. Names are UTF-8; A-Z is the same as a-z.\n"
	"\n"
	"del removes the account and keeps the mail, which is there again when the user is added\n"
	"anew. list prints a line for each user: name, kind of hash, and disabled or no-account.\n"
	"import takes lines of NAME:HASH, as they are in /etc/shadow or in Dovecot's passwd-file;\n"
	"the hash is yescrypt, bcrypt, SHA-512-crypt or SHA-256-crypt. - is standard input.\n"
	"\n"
	"  --generate                 make a password, and print it\n"
	"  --purge                    remove the user's mail as well, for ever\n"
	"  --yes                      do not ask whether that is meant\n"
	"  --replace                  give users who are there already the imported "
	"password\n" PLACE_HELP "  -h, --help                 this text\n"
	"\n"
	"It ends with 0 when it was done, with 1 when it could not be, and with 2 when it was "
	"called\n"
	"wrongly.\n";

enum { OPTION_GENERATE = PLACE_NEXT, OPTION_PURGE, OPTION_YES, OPTION_REPLACE };

/* What an action allows, as bits. */
enum { MAY_GENERATE = 1, MAY_PURGE = 2, MAY_REPLACE = 4 };

static const struct option long_options[] = {
	PLACE_OPTIONS,
	{ "generate", no_argument, NULL, OPTION_GENERATE },
	{ "purge", no_argument, NULL, OPTION_PURGE },
	{ "yes", no_argument, NULL, OPTION_YES },
	{ "replace", no_argument, NULL, OPTION_REPLACE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct request {
	struct place place;
	const char *argument; /* the name as it was given, or the file */
	char *name; /* folded */
	bool generate;
	bool purge;
	bool yes;
	bool replace;
	bool help;
};

struct action {
	const char *name;
	const char *argument; /* what it takes; NULL: nothing */
	unsigned may;
	int (*run)(struct request *request);
};

static int tell(const struct request *request, enum account_result result)
{
	const char *data = request->place.data;
	switch (result) {
	case ACCOUNT_GOOD:
		return VERB_GOOD;
	case ACCOUNT_MISSING:
		(void)verb_refuse("there is no user %s in %s", request->name, data);
		break;
	case ACCOUNT_EXISTS:
		(void)verb_refuse("there is a user %s already; roost user passwd changes the "
				  "password",
			request->name);
		break;
	case ACCOUNT_DAMAGED:
		(void)verb_refuse("the account of %s cannot be understood: look at the file "
				  "account in the folder that roost user show names",
			request->name);
		break;
	case ACCOUNT_TROUBLE:
		(void)verb_refuse(
			"the account of %s in %s: %s", request->name, data, strerror(errno));
		break;
	}
	return VERB_TROUBLE;
}

/* Whether to ask at all. */
static enum account_result look(const struct request *request)
{
	struct account_file account = { 0 };
	enum account_result result =
		account_file_read(request->place.data, request->name, &account);
	account_file_clear(&account);
	return result;
}

/* Ask for a password, or make one; its hash goes to `hash_out`. */
static bool get_hash(const struct request *request, struct new_password *password, char **hash_out)
{
	bool good = request->generate ? new_password_draw(password)
				      : new_password_ask(request->name, password);
	if (good) {
		*hash_out = hash_make(password->text);
		good = *hash_out != NULL;
		if (!good) {
			(void)verb_refuse("the password cannot be hashed: %s", strerror(errno));
		}
	}
	return good;
}

typedef enum account_result write_fn(
	const char *data, const char *name, const struct account_change *change);

static int write_password(const struct request *request, write_fn *write)
{
	struct new_password password = { .text = "" };
	char *hash = NULL;
	int status = VERB_TROUBLE;
	if (get_hash(request, &password, &hash)) {
		const struct account_change change = { .password = hash };
		status = tell(request, write(request->place.data, request->name, &change));
	}
	if (status == VERB_GOOD && request->generate) {
		printf("%s\n", password.text);
		status = verb_say("");
	}
	new_password_wipe(&password);
	free(hash);
	return status;
}

static int run_add(struct request *request)
{
	enum account_result result = look(request);
	if (result != ACCOUNT_MISSING) {
		return tell(request, result == ACCOUNT_TROUBLE ? result : ACCOUNT_EXISTS);
	}
	return write_password(request, account_file_add);
}

static int run_passwd(struct request *request)
{
	enum account_result result = look(request);
	return result == ACCOUNT_GOOD ? write_password(request, account_file_change)
				      : tell(request, result);
}

static int set_disabled(const struct request *request, const char *value)
{
	const struct account_change change = { .disabled = value };
	return tell(request, account_file_change(request->place.data, request->name, &change));
}

static int run_disable(struct request *request)
{
	return set_disabled(request, "yes");
}

static int run_enable(struct request *request)
{
	return set_disabled(request, "");
}

static bool is_meant(const struct request *request)
{
	char typed[1024];
	char *question = NULL;
	if (request->yes) {
		return true;
	}
	if (!terminal_is_there()) {
		(void)verb_refuse("--purge removes all mail of %s for ever; say --yes as well if "
				  "that is meant",
			request->name);
		return false;
	}
	if (asprintf(&question, "All mail of %s will be gone. Type the name again to go on: ",
		    request->name) < 0) {
		return false;
	}
	bool good = terminal_read_line(question, false, typed, sizeof(typed)) &&
		    (strcmp(typed, request->name) == 0 || strcmp(typed, request->argument) == 0);
	free(question);
	if (!good) {
		(void)verb_refuse("that was another name; nothing was done");
	}
	return good;
}

static int run_del(struct request *request)
{
	const char *data = request->place.data;
	if (!request->purge) {
		return tell(request, account_file_remove(data, request->name));
	}
	if (!is_meant(request)) {
		return VERB_WRONG_USE;
	}
	/* First nobody can sign in any more. */
	enum account_result result = account_file_remove(data, request->name);
	if (result != ACCOUNT_GOOD && result != ACCOUNT_MISSING) {
		return tell(request, result);
	}
	return purge_user(data, request->name);
}

static int run_list(struct request *request)
{
	return user_list(request->place.data);
}

static int run_show(struct request *request)
{
	return user_show(request->place.data, request->name);
}

static int run_import(struct request *request)
{
	return user_import(request->place.data, request->argument, request->replace);
}

static const struct action actions[] = {
	{ "add", "NAME", MAY_GENERATE, run_add },
	{ "passwd", "NAME", MAY_GENERATE, run_passwd },
	{ "disable", "NAME", 0, run_disable },
	{ "enable", "NAME", 0, run_enable },
	{ "del", "NAME", MAY_PURGE, run_del },
	{ "list", NULL, 0, run_list },
	{ "show", "NAME", 0, run_show },
	{ "import", "FILE", MAY_REPLACE, run_import },
};

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(actions[i].name, name) == 0) {
			return &actions[i];
		}
	}
	return NULL;
}

static bool take(struct request *request, int option)
{
	switch (option) {
	case OPTION_GENERATE:
		request->generate = true;
		return true;
	case OPTION_PURGE:
		request->purge = true;
		return true;
	case OPTION_YES:
		request->yes = true;
		return true;
	case OPTION_REPLACE:
		request->replace = true;
		return true;
	case 'h':
		request->help = true;
		return true;
	default:
		return place_take(&request->place, option, optarg);
	}
}

static bool parse(struct request *request, int argc, char **argv)
{
	int option;
	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (!take(request, option)) {
			(void)verb_refuse_option("user", option, argv);
			return false;
		}
	}
	return true;
}

static bool check_options(const struct request *request, const struct action *action)
{
	const char *wrong = NULL;
	if (request->generate && (action->may & MAY_GENERATE) == 0) {
		wrong = "--generate";
	} else if ((request->purge || request->yes) && (action->may & MAY_PURGE) == 0) {
		wrong = request->purge ? "--purge" : "--yes";
	} else if (request->replace && (action->may & MAY_REPLACE) == 0) {
		wrong = "--replace";
	}
	if (wrong != NULL) {
		(void)verb_refuse(
			"%s is not for roost user %s; see roost user --help", wrong, action->name);
	} else if (request->yes && !request->purge) {
		wrong = "--yes";
		(void)verb_refuse("--yes is for --purge: without it, del asks nothing");
	}
	return wrong == NULL;
}

/* The words that are no options: the action, and what it takes. */
static const struct action *take_words(struct request *request, int argc, char **argv)
{
	const struct action *action = argc > optind ? find_action(argv[optind]) : NULL;
	if (action == NULL) {
		(void)verb_refuse("roost user takes add, passwd, disable, enable, del, list, show "
				  "or import; see roost user --help");
		return NULL;
	}
	int wanted = action->argument == NULL ? 1 : 2;
	if (argc - optind != wanted) {
		(void)verb_refuse("usage: roost user %s%s%s", action->name, wanted == 1 ? "" : " ",
			wanted == 1 ? "" : action->argument);
		return NULL;
	}
	request->argument = wanted == 1 ? "" : argv[optind + 1];
	if (wanted == 2 && strcmp(action->argument, "NAME") == 0) {
		const char *why = "";
		request->name = user_name_fold(request->argument, &why);
		if (request->name == NULL) {
			(void)verb_refuse("that is no name for a user: %s", why);
			return NULL;
		}
	}
	return action;
}

static int run(int argc, char **argv)
{
	struct request request = { .generate = false };
	const struct action *action = NULL;
	int status = VERB_WRONG_USE;
	if (!parse(&request, argc, argv)) {
		return VERB_WRONG_USE;
	}
	if (request.help) {
		return verb_say(help);
	}
	action = take_words(&request, argc, argv);
	if (action != NULL && check_options(&request, action) && place_find(&request.place)) {
		status = action->run(&request);
	}
	free(request.name);
	return status;
}

const struct verb user_verb = {
	.name = "user",
	.usage = "user ACTION [NAME] [OPTION]...",
	.summary = "who may sign in: add, passwd, del, list and more",
	.run = run,
};
