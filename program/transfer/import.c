/* import.c - `roost import`. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/verb.h"
#include "config/place.h"
#include "deposit.h"
#include "interrupt.h"
#include "mailbox_name.h"
#include "owner.h"
#include "source.h"
#include "store/mail_store.h"

static const char help[] =
	"usage: roost import USER PATH [OPTION]...\n"
	"\n"
	"Bring mail into a user's mailboxes. PATH is a Maildir, an mbox file or a folder of them, "
	"or\n"
	"an .eml file or a folder of them. A second run takes only what is new, and brings flags\n"
	"along that have changed there; one that was interrupted goes on.\n"
	"\n"
	"  --mailbox NAME             into this mailbox, and folders into mailboxes under it;\n"
	"                             else into INBOX, and folders into mailboxes of their names\n"
	"  --only PATTERN             only mailboxes that PATH has with such a name: * stands for\n"
	"                             anything, % for anything without a /; again for more\n"
	"  --format FORMAT            auto (the default), maildir, mbox or eml\n"
	"  --create                   bring it in for a USER who is not known yet\n"
	"  --again                    take what was imported before, too\n" PLACE_HELP
	"  -h, --help                 this text\n"
	"\n"
	"It ends with 0 when all went in, with 1 when something did not, which it names, and with "
	"2\n"
	"when it was called wrongly.\n"
	"\n"
	"Try it:\n"
	"  roost import anna ~/Maildir --data /var/lib/roost\n";

enum {
	OPTION_MAILBOX = PLACE_NEXT,
	OPTION_ONLY,
	OPTION_FORMAT,
	OPTION_AGAIN,
	OPTION_CREATE,
};

static const struct option long_options[] = {
	PLACE_OPTIONS,
	{ "mailbox", required_argument, NULL, OPTION_MAILBOX },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "again", no_argument, NULL, OPTION_AGAIN },
	{ "create", no_argument, NULL, OPTION_CREATE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct import {
	struct place place;
	const char *user;
	const char *path;
	char *mailbox;
	const char **only; /* room for all arguments */
	size_t only_count;
	enum source_format format;
	bool again;
	bool create;
	bool help;
};

static bool take(struct import *import, int option)
{
	switch (option) {
	case 'h':
		import->help = true;
		return true;
	case OPTION_MAILBOX:
		free(import->mailbox);
		import->mailbox = mailbox_name_under(NULL, optarg); /* spells INBOX */
		return (import->mailbox != NULL && mailbox_name_is_valid(optarg)) ||
		       verb_refuse("--mailbox %s: this is no name for a mailbox; write it in UTF-8 "
				   "with '/' between its levels",
			       optarg) == 0;
	case OPTION_ONLY:
		import->only[import->only_count++] = optarg;
		return true;
	case OPTION_FORMAT:
		return source_find_format(optarg, &import->format) ||
		       verb_refuse("--format is auto, maildir, mbox or eml, not %s", optarg) == 0;
	case OPTION_AGAIN:
		import->again = true;
		return true;
	case OPTION_CREATE:
		import->create = true;
		return true;
	default:
		return place_take(&import->place, option, optarg);
	}
}

static bool parse(struct import *import, int argc, char **argv)
{
	int option = 0;
	opterr = 0;
	optind = 1;
	/* The colon in front: a missing argument is told from an unknown option. */
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == ':') {
			(void)verb_refuse(
				"%s needs a value; see roost import --help", argv[optind - 1]);
			return false;
		}
		if (option == '?') {
			(void)verb_refuse(
				"%s is no option of roost import; see roost import --help",
				argv[optind - 1]);
			return false;
		}
		if (!take(import, option)) {
			return false;
		}
		if (import->help) {
			return true;
		}
	}
	if (argc - optind != 2) {
		(void)verb_refuse("say who gets the mail and where it is: roost import USER PATH; "
				  "see roost import --help");
		return false;
	}
	import->user = argv[optind];
	import->path = argv[optind + 1];
	return place_find(&import->place);
}

/* What was not told on the way. */
static int tell(const struct deposit_sum *sum)
{
	fprintf(stderr, "roost: imported: %" PRIu64 ", imported before: %" PRIu64, sum->taken,
		sum->known);
	if (sum->changed > 0) {
		fprintf(stderr, ", of these with other flags now: %" PRIu64, sum->changed);
	}
	if (sum->failed > 0) {
		fprintf(stderr, ", not imported: %" PRIu64, sum->failed);
	}
	fputc('\n', stderr);
	if (sum->stopped) {
		fputs("roost: this is not all; the same command goes on where it ended\n", stderr);
	}
	return sum->stopped || sum->failed > 0 ? VERB_TROUBLE : VERB_GOOD;
}

static int run(const struct import *import)
{
	struct source source;
	struct roost_backend *backend = NULL;
	struct deposit *deposit = NULL;
	struct deposit_sum sum;
	char *user = owner_find(import->place.data, import->user, import->create);
	if (user == NULL || !source_look(import->path, import->format, &source)) {
		free(user);
		return VERB_WRONG_USE;
	}
	source.mailbox = import->mailbox;
	source.only = import->only;
	source.only_count = import->only_count;
	const struct deposit_options options = {
		.user = user,
		.data = import->place.data,
		.title = user,
		.again = import->again,
		.stop = interrupt_catch(),
	};
	int status = VERB_TROUBLE;
	if (mail_store_open(import->place.data, &backend) &&
		deposit_begin(&deposit, backend, &options)) {
		source_read(&source, deposit);
		deposit_end(deposit, &sum);
		status = tell(&sum);
	}
	roost_backend_destroy(backend);
	source_clear(&source);
	free(user);
	return status;
}

static int run_import(int argc, char **argv)
{
	struct import import = { .only = calloc((size_t)argc, sizeof(char *)) };
	int status = VERB_WRONG_USE;
	if (import.only == NULL) {
		status = VERB_TROUBLE;
	} else if (parse(&import, argc, argv)) {
		status = import.help ? verb_say(help) : run(&import);
	}
	free(import.only);
	free(import.mailbox);
	return status;
}

const struct verb import_verb = {
	.name = "import",
	.usage = "import USER PATH [OPTION]...",
	.summary = "bring mail in",
	.run = run_import,
};
