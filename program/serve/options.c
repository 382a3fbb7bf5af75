/* options.c - what the command line of `roost serve` asks for. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/log.h"
#include "transfer/mailbox_name.h"

enum {
	OPTION_MEMORY = 256,
	OPTION_DATA,
	OPTION_LISTEN,
	OPTION_TLS_LISTEN,
	OPTION_TLS_CERT,
	OPTION_TLS_KEY,
	OPTION_USER,
	OPTION_USER_FILE,
	OPTION_IMPORT,
	OPTION_APPEND_LIMIT,
	OPTION_INSECURE_AUTH,
	OPTION_LITERAL_MINUS,
	OPTION_LOG_LEVEL,
	OPTION_LOOPS,
	OPTION_WORKERS,
};

static const struct option long_options[] = {
	{ "memory", no_argument, NULL, OPTION_MEMORY },
	{ "data", required_argument, NULL, OPTION_DATA },
	{ "listen", required_argument, NULL, OPTION_LISTEN },
	{ "tls-listen", required_argument, NULL, OPTION_TLS_LISTEN },
	{ "tls-cert", required_argument, NULL, OPTION_TLS_CERT },
	{ "tls-key", required_argument, NULL, OPTION_TLS_KEY },
	{ "user", required_argument, NULL, OPTION_USER },
	{ "user-file", required_argument, NULL, OPTION_USER_FILE },
	{ "import", required_argument, NULL, OPTION_IMPORT },
	{ "append-limit", required_argument, NULL, OPTION_APPEND_LIMIT },
	{ "insecure-auth", no_argument, NULL, OPTION_INSECURE_AUTH },
	{ "literal-minus", no_argument, NULL, OPTION_LITERAL_MINUS },
	{ "log-level", required_argument, NULL, OPTION_LOG_LEVEL },
	{ "loops", required_argument, NULL, OPTION_LOOPS },
	{ "workers", required_argument, NULL, OPTION_WORKERS },
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

static bool add_listen(struct options *options, const char *address, bool tls)
{
	struct options_listen *listens =
		reallocarray(options->listens, options->listen_count + 1, sizeof(*listens));
	if (listens == NULL) {
		return refuse("out of memory");
	}
	listens[options->listen_count++] = (struct options_listen) { address, tls };
	options->listens = listens;
	return true;
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

/* A number of threads. */
static bool parse_threads(const char *option, const char *text, unsigned *threads_out)
{
	char *end = NULL;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < 1 ||
		value > 1024) {
		return refuse("--%s is a number of threads from 1 to 1024, not %s", option, text);
	}
	*threads_out = (unsigned)value;
	return true;
}

/* "1000", "64K", "25M", "1G". */
static bool parse_append_limit(const char *text, uint64_t *octets_out)
{
	char *end = NULL;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	unsigned shift = 0;
	if (*end != '\0' && end[1] == '\0') {
		const char *units = "KMG";
		const char *unit = strchr(units, *end);
		if (unit != NULL) {
			shift = 10 * (unsigned)(unit - units + 1);
			end++;
		}
	}
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value == 0 ||
		value > (UINT64_MAX >> 1) >> shift) {
		return refuse(
			"--append-limit is a number of octets, for example 25M, not %s", text);
	}
	*octets_out = value << shift;
	return true;
}

static bool take(struct options *options, int option)
{
	switch (option) {
	case OPTION_MEMORY:
		options->memory = true;
		return true;
	case OPTION_DATA:
		options->data = optarg;
		return true;
	case OPTION_LISTEN:
		return add_listen(options, optarg, false);
	case OPTION_TLS_LISTEN:
		return add_listen(options, optarg, true);
	case OPTION_TLS_CERT:
		options->tls_certificate_file = optarg;
		return true;
	case OPTION_TLS_KEY:
		options->tls_key_file = optarg;
		return true;
	case OPTION_USER: {
		bool good = accounts_add(&options->accounts, optarg);
		char *colon = strchr(optarg, ':');
		if (colon != NULL) {
			explicit_bzero(colon, strlen(colon));
		}
		return good;
	}
	case OPTION_USER_FILE:
		return accounts_add_file(&options->accounts, optarg);
	case OPTION_IMPORT:
		return add_import(options, optarg);
	case OPTION_APPEND_LIMIT:
		return parse_append_limit(optarg, &options->append_limit);
	case OPTION_INSECURE_AUTH:
		options->insecure_auth = true;
		return true;
	case OPTION_LITERAL_MINUS:
		options->literal_minus = true;
		return true;
	case OPTION_LOG_LEVEL:
		return log_find_level(optarg, &options->log_level) ||
		       refuse("--log-level is error, warning, info or debug, not %s", optarg);
	case OPTION_LOOPS:
		return parse_threads("loops", optarg, &options->loops);
	case OPTION_WORKERS:
		return parse_threads("workers", optarg, &options->workers);
	default:
		return false;
	}
}

/* What one option alone cannot tell. */
static bool check(struct options *options)
{
	if (options->memory == (options->data != NULL)) {
		return refuse(
			"roost serve needs either --data DIR, which keeps mail in that folder, "
			"or --memory, which keeps it until the program ends");
	}
	if (options->data != NULL && options->data[0] == '\0') {
		return refuse("--data needs the name of a folder");
	}
	if (options->tls_key_file != NULL && options->tls_certificate_file == NULL) {
		return refuse("--tls-key needs --tls-cert, the certificate that belongs to the "
			      "key");
	}
	for (size_t i = 0; i < options->listen_count; i++) {
		if (options->listens[i].tls && options->tls_certificate_file == NULL) {
			return refuse("--tls-listen needs --tls-cert and --tls-key, PEM files with "
				      "a certificate and its key");
		}
	}
	for (size_t i = 0; i < options->import_count; i++) {
		const char *user = options->imports[i].user;
		if (accounts_find(&options->accounts, user, strlen(user)) == NULL) {
			return refuse("--import for %s: there is no such user; add --user "
				      "%s:PASSWORD",
				user, user);
		}
	}
	return options->listen_count > 0 || add_listen(options, "127.0.0.1:1143", false);
}

/* getopt's '?': an option that is not known, or a value where none belongs. */
static bool refuse_unknown(char **argv)
{
	if (optopt >= OPTION_MEMORY) {
		return refuse(
			"%s: this option takes no value; see roost serve --help", argv[optind - 1]);
	}
	if (optopt > 0) {
		return refuse("-%c is no option of roost serve; see roost serve --help", optopt);
	}
	return refuse("%s is no option of roost serve; see roost serve --help", argv[optind - 1]);
}

bool options_parse(struct options *options, int argc, char **argv)
{
	*options = (struct options) { .log_level = ROOST_LOG_INFO };
	opterr = 0;
	optind = 1;
	int option = 0;
	/* The colon in front: a missing argument is told from an unknown option. */
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == 'h') {
			options->help = true;
			return true;
		}
		if (option == ':') {
			return refuse("%s needs a value; see roost serve --help", argv[optind - 1]);
		}
		if (option == '?') {
			return refuse_unknown(argv);
		}
		if (!take(options, option)) {
			return false;
		}
	}
	if (optind < argc) {
		return refuse(
			"%s: roost serve takes only options; see roost serve --help", argv[optind]);
	}
	return check(options);
}

void options_clear(struct options *options)
{
	for (size_t i = 0; i < options->import_count; i++) {
		free(options->imports[i].user);
		free(options->imports[i].mailbox);
	}
	free(options->imports);
	free(options->listens);
	accounts_clear(&options->accounts);
	*options = (struct options) { 0 };
}
