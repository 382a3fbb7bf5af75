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
#include "imap_source.h"
#include "interrupt.h"
#include "mailbox_name.h"
#include "owner.h"
#include "secret.h"
#include "source.h"
#include "store/mail_store.h"

static const char help[] =
	"usage: roost import USER PATH [OPTION]...\n"
	"       roost import USER imaps://LOGIN@HOST[:PORT][/MAILBOX] [OPTION]...\n"
	"\n"
	"Bring mail into a user's mailboxes. PATH is a Maildir, an mbox file or a folder of them, "
	"or\n"
	"an .eml file or a folder of them; a URL is mail at another server, of the one who signs "
	"in\n"
	"there as LOGIN. A second run takes only what is new, and brings flags along that have\n"
	"changed there; one that was interrupted goes on.\n"
	"\n"
	"  --mailbox NAME             into this mailbox, and folders into mailboxes under it;\n"
	"                             else into INBOX, and folders into mailboxes of their names\n"
	"  --only PATTERN             only mailboxes that have such a name there: * stands for\n"
	"                             anything, % for anything without a /; again for more\n"
	"  --format FORMAT            auto (the default), maildir, mbox or eml\n"
	"  --password-file FILE       the password for the server is the first line of this file;\n"
	"                             else it is asked for, or read from standard input\n"
	"  --ca-file FILE             who vouches for the server's certificate, PEM; else those "
	"whom\n"
	"                             the system trusts\n"
	"  --insecure                 talk without TLS to a server that has none, and take any\n"
	"                             certificate\n"
	"  --timeout SECONDS          how long the server may be silent; 60\n"
	"  --create-user              bring it in for a USER who is not known yet\n"
	"  --again                    take what was imported before, too\n" PLACE_HELP
	"  -h, --help                 this text\n"
	"\n"
	"imaps:// is TLS from the first byte, imap:// is STARTTLS. It ends with 0 when all went "
	"in,\n"
	"with 1 when something did not, which it names, and with 2 when it was called wrongly.\n"
	"\n"
	"Try it:\n"
	"  roost import anna ~/Maildir --data /var/lib/roost\n"
	"  roost import anna imaps://anna%40old.example@mail.old.example --data /var/lib/roost\n";

enum {
	OPTION_MAILBOX = PLACE_NEXT,
	OPTION_ONLY,
	OPTION_FORMAT,
	OPTION_PASSWORD_FILE,
	OPTION_CA_FILE,
	OPTION_INSECURE,
	OPTION_TIMEOUT,
	OPTION_AGAIN,
	OPTION_CREATE,
};

static const struct option long_options[] = {
	PLACE_OPTIONS,
	{ "mailbox", required_argument, NULL, OPTION_MAILBOX },
	{ "only", required_argument, NULL, OPTION_ONLY },
	{ "format", required_argument, NULL, OPTION_FORMAT },
	{ "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
	{ "ca-file", required_argument, NULL, OPTION_CA_FILE },
	{ "insecure", no_argument, NULL, OPTION_INSECURE },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT },
	{ "again", no_argument, NULL, OPTION_AGAIN },
	{ "create-user", no_argument, NULL, OPTION_CREATE },
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
	const char *password_file;
	const char *ca_file;
	unsigned timeout;
	bool insecure;
	bool again;
	bool create;
	bool help;
};

static bool take_timeout(struct import *import, const char *text)
{
	char *end = NULL;
	unsigned long seconds = strtoul(text, &end, 10);
	import->timeout = (unsigned)seconds;
	return (text[0] >= '0' && text[0] <= '9' && *end == '\0' && seconds >= 1 &&
		       seconds <= 86400) ||
	       verb_refuse("--timeout is a number of seconds from 1 to 86400, not %s", text) == 0;
}

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
	case OPTION_PASSWORD_FILE:
		import->password_file = optarg;
		return true;
	case OPTION_CA_FILE:
		import->ca_file = optarg;
		return true;
	case OPTION_INSECURE:
		import->insecure = true;
		return true;
	case OPTION_TIMEOUT:
		return take_timeout(import, optarg);
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
		if (option == ':' || option == '?') {
			(void)verb_refuse_option("import", option, argv);
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

/* Reads what is to be imported; `source` is a struct source or imap_source. */
typedef void (*read_fn)(const void *source, struct deposit *deposit);

static void read_files(const void *source, struct deposit *deposit)
{
	source_read(source, deposit);
}

static void read_server(const void *source, struct deposit *deposit)
{
	imap_source_read(source, deposit);
}

static int bring_in(const struct import *import, const char *user, read_fn read, const void *source)
{
	struct roost_backend *backend = NULL;
	struct deposit *deposit = NULL;
	struct deposit_sum sum;
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
		read(source, deposit);
		deposit_end(deposit, &sum);
		status = tell(&sum);
	}
	roost_backend_destroy(backend);
	return status;
}

static int import_files(const struct import *import, const char *user)
{
	struct source source;
	if (!source_look(import->path, import->format, &source)) {
		return VERB_WRONG_USE;
	}
	source.mailbox = import->mailbox;
	source.only = import->only;
	source.only_count = import->only_count;
	int status = bring_in(import, user, read_files, &source);
	source_clear(&source);
	return status;
}

/* Sign in there before anything is made here. */
static int import_from(const struct import *import, const char *user, const struct imap_url *url)
{
	char password[SECRET_MAX];
	char *prompt = NULL;
	struct imap_source source = {
		.url = url,
		.mailbox = import->mailbox,
		.only = import->only,
		.only_count = import->only_count,
	};
	if (asprintf(&prompt, "Password of %s at %s: ", url->user, url->host) < 0) {
		return VERB_TROUBLE;
	}
	bool good = secret_read(import->password_file, prompt, password);
	free(prompt);
	if (!good) {
		return VERB_WRONG_USE;
	}
	const struct imap_client_options options = {
		.link = {
			.host = url->host,
			.port = url->port,
			.ca_file = import->ca_file,
			.insecure = import->insecure,
			.timeout = import->timeout,
			.stop = interrupt_catch(),
		},
		.tls = url->tls,
		.user = url->user,
		.password = password,
	};
	good = imap_client_open(&options, &source.client);
	explicit_bzero(password, sizeof(password));
	int status = good ? bring_in(import, user, read_server, &source) : VERB_TROUBLE;
	imap_client_close(source.client);
	return status;
}

static int import_server(const struct import *import, const char *user)
{
	struct imap_url url;
	if (!imap_url_parse(import->path, &url)) {
		return VERB_WRONG_USE;
	}
	int status = import_from(import, user, &url);
	imap_url_clear(&url);
	return status;
}

static int run(const struct import *import)
{
	char *user = owner_find(import->place.data, import->user, import->create);
	int status = VERB_WRONG_USE;
	if (user != NULL) {
		status = imap_url_is_one(import->path) ? import_server(import, user)
						       : import_files(import, user);
	}
	free(user);
	return status;
}

static int run_import(int argc, char **argv)
{
	struct import import = {
		.only = calloc((size_t)argc, sizeof(char *)),
		.timeout = 60,
	};
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
