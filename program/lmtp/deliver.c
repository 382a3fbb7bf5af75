/* deliver.c - `roost deliver`: one message from a pipe into a mailbox. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <roost/call.h>
#include <roost/error.h>

#include "accounts/accounts.h"
#include "accounts/verifier.h"
#include "common/log.h"
#include "common/verb.h"
#include "config/file.h"
#include "config/place.h"
#include "config/settings.h"
#include "delivery.h"
#include "intake.h"
#include "store/mail_store.h"
#include "trace.h"

static const char help[] =
	"usage: roost deliver USER [MAILBOX] [OPTION]... < message\n"
	"\n"
	"Store the message on standard input for a user: in INBOX, or in MAILBOX if there is one "
	"of\n"
	"that name. When it ends with 0, the message is on disk.\n"
	"\n"
	"  -f, --sender ADDRESS       put Return-Path: <ADDRESS> in front, and take any other out\n"
	"  -r, --recipient ADDRESS    what Delivered-To: says; USER when it is not given\n"
	"  --create                   make MAILBOX when it is missing\n" PLACE_HELP
	"  -h, --help                 this text\n"
	"\n"
	"It ends with the numbers of sysexits.h, which mail servers look at: 0, it is stored; 64, "
	"the\n"
	"command line is wrong; 65, the message is too big, or there is none; 67, there is no "
	"such\n"
	"user; 73, MAILBOX could not be made; 75, it may work later, so keep the message.\n"
	"\n"
	"In Postfix, master.cf:\n"
	"  roost unix - n n - 10 pipe flags=R user=roost\n"
	"    argv=/usr/local/bin/roost deliver -f ${sender} -r ${recipient} ${user} ${extension}\n";

enum { OPTION_CREATE = PLACE_NEXT };

static const struct option long_options[] = {
	PLACE_OPTIONS,
	{ "sender", required_argument, NULL, 'f' },
	{ "recipient", required_argument, NULL, 'r' },
	{ "create", no_argument, NULL, OPTION_CREATE },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct wanted {
	struct place place;
	const char *sender; /* NULL: not given */
	const char *recipient;
	const char *user;
	const char *mailbox; /* NULL: INBOX */
	bool create;
	bool help;
};

__attribute__((format(printf, 2, 3))) static int fail_with(int status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fputs("roost: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	return status;
}

/* What may stand in a header line. Brackets around it are taken off. */
static bool take_address(char *text, const char **address_out)
{
	size_t n = strlen(text);
	if (n >= 2 && text[0] == '<' && text[n - 1] == '>') {
		text[n - 1] = '\0';
		text++;
	}
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f || *c == '<' || *c == '>') {
			return false;
		}
	}
	*address_out = text;
	return strlen(text) <= PATH_MAX_TEXT;
}

static int take_option(struct wanted *wanted, int option, char **argv)
{
	switch (option) {
	case 'f':
		return take_address(optarg, &wanted->sender)
			       ? 0
			       : fail_with(EX_USAGE, "-f is given an address of mail");
	case 'r':
		return take_address(optarg, &wanted->recipient)
			       ? 0
			       : fail_with(EX_USAGE, "-r is given an address of mail");
	case 'h':
		wanted->help = true;
		return 0;
	case OPTION_CREATE:
		wanted->create = true;
		return 0;
	default:
		if (place_take(&wanted->place, option, optarg)) {
			return 0;
		}
		(void)verb_refuse_option("deliver", option, argv);
		return EX_USAGE;
	}
}

static int take_arguments(struct wanted *wanted, int argc, char **argv)
{
	int option;
	int status = 0;
	opterr = 0;
	optind = 1;
	while (status == 0 && !wanted->help &&
		(option = getopt_long(argc, argv, ":f:r:h", long_options, NULL)) != -1) {
		status = take_option(wanted, option, argv);
	}
	if (status != 0 || wanted->help) {
		return status;
	}
	int left = argc - optind;
	if (left < 1 || left > 2 || argv[optind][0] == '\0') {
		return fail_with(EX_USAGE, "say for whom: roost deliver USER [MAILBOX] < message");
	}
	wanted->user = argv[optind];
	/* What a mail server knows no extension for, it gives as an empty word. */
	if (left == 2 && argv[optind + 1][0] != '\0') {
		wanted->mailbox = argv[optind + 1];
	}
	if (wanted->recipient == NULL && !take_address(argv[optind], &wanted->recipient)) {
		return fail_with(EX_NOUSER, "there is no such user");
	}
	return 0;
}

/* What is configured; a file is read as `roost serve` does. */
static bool read_settings(struct wanted *wanted, struct settings *settings)
{
	struct place *place = &wanted->place;
	const char *path = place->config;
	if (path == NULL && place->data == NULL) {
		path = config_file_choose(NULL);
	}
	return settings_init(settings) &&
	       (path == NULL || config_file_read(settings, path, config_file_say, NULL)) &&
	       place_find(place);
}

/* Pipes of mail servers begin a message as mbox does, with a line that says "From ". */
static void skip_from_line(const char **bytes_io, size_t *n_io, bool *in_line_io)
{
	const char *newline = memchr(*bytes_io, '\n', *n_io);
	size_t skipped = newline != NULL ? (size_t)(newline + 1 - *bytes_io) : *n_io;
	*in_line_io = newline == NULL;
	*bytes_io += skipped;
	*n_io -= skipped;
}

static int read_message(struct intake *intake)
{
	static char buffer[64 << 10];
	bool first = true;
	bool in_from_line = false;
	while (true) {
		/* As much as the first line needs to be known, whatever the pieces of a pipe. */
		size_t n = fread(buffer, 1, sizeof(buffer), stdin);
		const char *bytes = buffer;
		if (n == 0) {
			break;
		}
		if (in_from_line || (first && n >= 5 && memcmp(bytes, "From ", 5) == 0)) {
			skip_from_line(&bytes, &n, &in_from_line);
		}
		first = false;
		intake_add(intake, bytes, n);
	}
	if (ferror(stdin)) {
		return fail_with(EX_TEMPFAIL, "cannot read the message: %s", strerror(errno));
	}
	if (intake->error == 0 && intake->size == 0) {
		return fail_with(EX_DATAERR, "there is no message on standard input");
	}
	return 0;
}

static int status_of(int error)
{
	switch (error) {
	case ROOST_ERR_INVALID_CREDENTIALS:
		return EX_NOUSER;
	case ROOST_ERR_TOO_BIG:
		return EX_DATAERR;
	case ROOST_ERR_CANNOT:
	case ROOST_ERR_NO_SUCH_MAILBOX:
		return EX_CANTCREAT;
	default:
		return EX_TEMPFAIL;
	}
}

static int tell_failure(const struct wanted *wanted, int error, const char *text)
{
	return fail_with(status_of(error), "cannot deliver to %s: %s", wanted->user,
		text[0] != '\0' ? text : roost_error_text(error));
}

/* That a user is not there may only be said where the store is: else it was not mounted, say, and the
 * mail would be sent back. */
static bool is_store(const char *data)
{
	char *users = NULL;
	struct stat about;
	bool is = asprintf(&users, "%s/users", data) >= 0 && stat(users, &about) == 0;
	if (!is) {
		(void)fail_with(
			EX_TEMPFAIL, "cannot find the store in %s: %s", data, strerror(errno));
	}
	free(users);
	return is;
}

static int check_user(const struct wanted *wanted, struct verifier *verifier, char **name_out)
{
	const struct roost_conn_info nowhere = {
		.size = sizeof(nowhere),
		.remote_address = "",
		.local_address = "",
	};
	const struct roost_credentials credentials = {
		.size = sizeof(credentials),
		.kind = ROOST_CREDENTIALS_VERIFIED,
		.username = wanted->user,
		.mechanism = "",
		.connection = &nowhere,
	};
	struct roost_call *call = NULL;
	int r = roost_call_create(&call, 0);
	if (r == 0) {
		r = verifier_check(verifier, call, &credentials, name_out);
	}
	int status = EX_OK;
	if (r == ROOST_ERR_INVALID_CREDENTIALS) {
		status = fail_with(EX_NOUSER, "there is no user %s", wanted->user);
	} else if (r != 0) {
		status = fail_with(EX_TEMPFAIL, "cannot look for the user %s: %s", wanted->user,
			roost_error_text(r));
	}
	roost_call_destroy(call);
	return status;
}

/* The user's name as the store has it, from malloc: the store itself would make anybody a user. */
static int find_user(const struct wanted *wanted, const struct settings *settings, char **name_out)
{
	struct accounts accounts = { .list = NULL };
	const struct verifier_options options = {
		.data = wanted->place.data,
		.accounts = &accounts,
		.pam = settings->accounts == ACCOUNTS_PAM,
		.pam_folder = settings->pam_folder,
	};
	struct verifier *verifier = NULL;
	bool good = is_store(wanted->place.data);
	for (size_t i = 0; good && i < settings->user_files.count; i++) {
		good = accounts_add_file(&accounts, settings->user_files.list[i]);
	}
	int status = EX_TEMPFAIL;
	if (good && verifier_create(&options, &verifier) == 0) {
		status = check_user(wanted, verifier, name_out);
	}
	verifier_destroy(verifier);
	accounts_clear(&accounts);
	return status;
}

static int store(const struct wanted *wanted, const char *user, struct roost_backend *backend,
	struct roost_content *content)
{
	const struct trace trace = { .sender = wanted->sender, .recipient = wanted->recipient };
	struct delivery delivery = {
		.backend = backend,
		.user = user,
		.mailbox = wanted->mailbox,
		.create_mailbox = wanted->create,
		.mailbox_must_be = wanted->create,
		.content = content,
		.date = trace_now(),
	};
	char *front = trace_write(&trace, &delivery.front_size);
	if (front == NULL) {
		return tell_failure(wanted, ROOST_ERR_NO_MEMORY, "");
	}
	delivery.front = front;
	int r = delivery_store(&delivery);
	free(front);
	if (r < 0) {
		return tell_failure(wanted, r, delivery.text);
	}
	delivery_log(&delivery, wanted->sender != NULL ? wanted->sender : "", wanted->recipient,
		NULL, NULL);
	return EX_OK;
}

static int deliver(struct wanted *wanted, const struct settings *settings)
{
	struct intake intake;
	struct roost_content *content = NULL;
	struct roost_backend *backend = NULL;
	char *user = NULL;
	int status = find_user(wanted, settings, &user);
	if (status != EX_OK) {
		return status;
	}
	intake_init(&intake, (size_t)settings->spool_memory, settings->append_limit);
	if (wanted->sender == NULL) {
		intake_keep_header(&intake);
	}
	status = read_message(&intake);
	int r = status == 0 ? intake_finish(&intake, &content) : 0;
	if (r < 0) {
		status = tell_failure(wanted, r, "");
	}
	if (status == 0) {
		status = mail_store_open(wanted->place.data, &backend) ? 0 : EX_TEMPFAIL;
	}
	if (status == 0) {
		status = store(wanted, user, backend, content);
	}
	roost_backend_destroy(backend);
	roost_content_unref(content);
	intake_clear(&intake);
	free(user);
	return status;
}

static int run_deliver(int argc, char **argv)
{
	struct wanted wanted = { .user = NULL };
	struct settings settings = { .data = NULL };
	int status = take_arguments(&wanted, argc, argv);
	if (wanted.help) {
		return verb_say(help);
	}
	if (status == 0) {
		status = read_settings(&wanted, &settings) ? deliver(&wanted, &settings)
							   : EX_TEMPFAIL;
	}
	settings_clear(&settings);
	return status;
}

const struct verb deliver_verb = {
	.name = "deliver",
	.usage = "deliver USER [MAILBOX] [OPTION]...",
	.summary = "store a message that comes through a pipe",
	.run = run_deliver,
};
