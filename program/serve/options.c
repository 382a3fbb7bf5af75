/* options.c - what the command line of `roost serve`, and the configuration, ask for. */
#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "accounts/hash.h"
#include "common/verb.h"
#include "config/file.h"
#include "config/flags.h"
#include "config/value.h"
#include "transfer/mailbox_name.h"

enum { OPTION_CONFIG = 256 };

static const struct option own_options[] = {
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

__attribute__((format(printf, 1, 2))) static bool refuse(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("roost: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	return false;
}

static bool add_import(struct options *options, const char *text)
{
	const char *slash = strchr(text, '/');
	const char *equals = slash != NULL ? strchr(slash, '=') : NULL;
	if (slash == NULL || slash == text || equals == NULL || equals[1] == '\0') {
		return refuse("--import is given as USER/MAILBOX=PATH, for example "
			      "anna/INBOX=mail.mbox, not %s",
			text);
	}
	struct options_import *imports =
		reallocarray(options->imports, options->import_count + 1, sizeof(*imports));
	if (imports == NULL) {
		return refuse("out of memory");
	}
	options->imports = imports;
	struct options_import *import = &imports[options->import_count];
	import->path = equals + 1;
	import->user = strndup(text, (size_t)(slash - text));
	import->mailbox = strndup(slash + 1, (size_t)(equals - slash - 1));
	if (import->user == NULL || import->mailbox == NULL) {
		free(import->user);
		free(import->mailbox);
		return refuse("out of memory");
	}
	options->import_count++;
	if (!mailbox_name_is_valid(import->mailbox)) {
		return refuse("--import %s: \"%s\" is no name for a mailbox; write it in UTF-8 "
			      "with '/' between its levels",
			text, import->mailbox);
	}
	if (strncasecmp(import->mailbox, "INBOX", 5) == 0 &&
		(import->mailbox[5] == '\0' || import->mailbox[5] == '/')) {
		memcpy(import->mailbox, "INBOX", 5);
	}
	return true;
}

static bool take_imports(struct options *options)
{
	const struct words *imports = &options->settings.imports;
	for (size_t i = 0; i < imports->count; i++) {
		if (!add_import(options, imports->list[i])) {
			return false;
		}
		const char *user = options->imports[i].user;
		if (options->settings.memory &&
			accounts_find(&options->accounts, user, strlen(user)) == NULL) {
			return refuse("--import for %s: there is no such user; add --user "
				      "%s:PASSWORD",
				user, user);
		}
	}
	return true;
}

/* A store in memory looks at passwords itself. */
static bool check_accounts(const struct options *options)
{
	for (size_t i = 0; options->settings.memory && i < options->accounts.count; i++) {
		if (hash_scheme(options->accounts.list[i].password) != NULL) {
			return refuse("the hash of a password, as %s has, is for --data; with "
				      "--memory give the password itself",
				options->accounts.list[i].name);
		}
	}
	return true;
}

static bool take_accounts(struct options *options)
{
	struct words *users = &options->settings.users;
	const struct words *files = &options->settings.user_files;
	for (size_t i = 0; i < users->count; i++) {
		if (!accounts_add(&options->accounts, users->list[i])) {
			return false;
		}
	}
	words_clear(users);
	for (size_t i = 0; i < files->count; i++) {
		if (!accounts_add_file(&options->accounts, files->list[i])) {
			return false;
		}
	}
	return check_accounts(options);
}

/* A password that was read leaves the command line. */
static void hide_password(char *text)
{
	char *colon = strchr(text, ':');
	if (colon != NULL) {
		explicit_bzero(colon, strlen(colon));
	}
}

static bool take(struct options *options, int option, char *value)
{
	if (option == OPTION_CONFIG) {
		options->config = value;
		return true;
	}
	bool good = flags_take(&options->settings, option, value);
	if (settings_table[option - FLAGS_FIRST].offset == offsetof(struct settings, users)) {
		hide_password(value);
	}
	return good;
}

static bool parse(struct options *options, const struct option *table, int argc, char **argv)
{
	int option = 0;
	opterr = 0;
	optind = 1;
	/* The colon in front: a missing argument is told from an unknown option. */
	while ((option = getopt_long(argc, argv, ":h", table, NULL)) != -1) {
		if (option == 'h') {
			options->help = true;
			return true;
		}
		if (option == ':' || option == '?') {
			return verb_refuse_option("serve", option, argv) == VERB_GOOD;
		}
		if (!take(options, option, optarg)) {
			return false;
		}
	}
	if (optind < argc) {
		return refuse(
			"%s: roost serve takes only options; see roost serve --help", argv[optind]);
	}
	return true;
}

static bool parse_arguments(struct options *options, int argc, char **argv)
{
	struct option *table = flags_table(own_options);
	bool good = table != NULL ? parse(options, table, argc, argv) : refuse("out of memory");
	free(table);
	return good;
}

/* The usual file is for who says nothing of a store. */
static bool read_config(struct options *options)
{
	const struct settings *settings = &options->settings;
	if (options->config == NULL && (settings->data != NULL || settings->memory)) {
		return true;
	}
	options->config = config_file_choose(options->config);
	return options->config == NULL ||
	       config_file_read(&options->settings, options->config, config_file_say, NULL);
}

static bool settle(struct options *options)
{
	char reason[SETTINGS_REASON];
	bool in_file = options->config != NULL;
	if (settings_settle(&options->settings, in_file ? "" : "--", reason)) {
		return true;
	}
	return in_file ? refuse("%s: %s", options->config, reason) : refuse("%s", reason);
}

bool options_read_again(struct options *fresh, const struct options *options,
	config_file_complain *complain, void *context)
{
	char reason[SETTINGS_REASON];
	*fresh = (struct options) { .import_count = 0 };
	/* The arguments were good before. */
	if (!settings_init(&fresh->settings) ||
		!parse_arguments(fresh, options->argc, options->argv)) {
		return false;
	}
	fresh->config = options->config;
	if (fresh->config != NULL &&
		!config_file_read(&fresh->settings, fresh->config, complain, context)) {
		return false;
	}
	if (!settings_settle(&fresh->settings, fresh->config != NULL ? "" : "--", reason)) {
		complain(context, reason);
		return false;
	}
	return true;
}

bool options_parse(struct options *options, int argc, char **argv)
{
	*options = (struct options) { .argc = argc, .argv = argv };
	if (!settings_init(&options->settings) || !parse_arguments(options, argc, argv)) {
		return false;
	}
	return options->help || (read_config(options) && settle(options) &&
					take_accounts(options) && take_imports(options));
}

void options_clear(struct options *options)
{
	for (size_t i = 0; i < options->import_count; i++) {
		free(options->imports[i].user);
		free(options->imports[i].mailbox);
	}
	free(options->imports);
	accounts_clear(&options->accounts);
	settings_clear(&options->settings);
	*options = (struct options) { .import_count = 0 };
}

void options_help(void)
{
	fputs("usage: roost serve --data DIR [OPTION]...\n"
	      "       roost serve --memory [OPTION]...\n"
	      "       roost serve --config FILE [OPTION]...\n"
	      "\n"
	      "Serve mail over IMAP until SIGTERM or SIGINT.\n"
	      "\n"
	      "  --config FILE              Read the configuration from this file, in which all "
	      "below\n"
	      "                             may stand; options win over it. See roost config "
	      "show.\n",
		stdout);
	printf("                             Default: %s, if it is\n"
	       "                             there and neither --data nor --memory is given.\n",
		config_file_usual());
	flags_help(stdout);
	fputs("\n"
	      "  -h, --help                 This text.\n"
	      "\n"
	      "When it is ready it prints a line for each address: roost: ready on 127.0.0.1:1143 "
	      "(imap)\n"
	      "\n"
	      "Try it:\n"
	      "  roost serve --memory --user anna:secret --import anna/INBOX=mail.mbox\n"
	      "  curl -s 'imap://127.0.0.1:1143/INBOX;UID=1' -u anna:secret\n",
		stdout);
}
