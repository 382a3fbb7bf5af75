/* serve.c - `roost serve`. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>
#include <roost/limits.h>
#include <roost/server.h>

#include "common/log.h"
#include "common/verb.h"
#include "options.h"
#include "store.h"
#include "transfer/import.h"

static const char help[] =
	"usage: roost serve --data DIR [OPTION]...\n"
	"       roost serve --memory [OPTION]...\n"
	"\n"
	"Serve mail over IMAP until SIGTERM or SIGINT.\n"
	"\n"
	"  --data DIR                 keep mail in this folder, which is made when it is missing\n"
	"  --memory                   keep all mail in memory, until the program ends\n"
	"  --listen ADDR:PORT         listen here; again for more. 127.0.0.1:1143 when nothing\n"
	"                             else is given; [::1]:1143 for IPv6; port 0 takes a free one\n"
	"  --tls-listen ADDR:PORT     listen here with TLS from the first byte\n"
	"  --tls-cert FILE            certificate with its chain, PEM; allows STARTTLS\n"
	"  --tls-key FILE             its key, PEM; without it the key is in the certificate's "
	"file\n"
	"  --user NAME:PASSWORD       someone who may sign in; again for more\n"
	"  --user-file FILE           the same from a file, a NAME:PASSWORD on each line\n"
	"  --import USER/MAILBOX=PATH take mail in before serving: PATH is an mbox file, a "
	"Maildir,\n"
	"                             an .eml file or a folder of them; again for more\n"
	"  --append-limit SIZE        the most octets of one message, for example 25M\n"
	"  --insecure-auth            take passwords without TLS from everywhere, not only from\n"
	"                             this machine\n"
	"  --literal-minus            offer LITERAL- instead of LITERAL+ (RFC 7888)\n"
	"  --log-level LEVEL          error, warning, info (the default) or debug; the log goes "
	"to\n"
	"                             stderr\n"
	"  --loops N                  threads for connections; one per core\n"
	"  --workers N                threads for work on mail; four per core\n"
	"  -h, --help                 this text\n"
	"\n"
	"When it is ready it prints a line for each address: roost: ready on 127.0.0.1:1143 "
	"(imap)\n"
	"\n"
	"Try it:\n"
	"  roost serve --memory --user anna:secret --import anna/INBOX=mail.mbox\n"
	"  curl -s 'imap://127.0.0.1:1143/INBOX;UID=1' -u anna:secret\n";

/* What a signal handler can reach. */
static volatile sig_atomic_t stopping;
static _Atomic(struct roost_server *) running;

static void on_stop_signal(int number)
{
	(void)number;
	stopping = 1;
	struct roost_server *server = running;
	if (server != NULL) {
		roost_server_stop(server);
	}
}

static void handle_signals(void)
{
	struct sigaction stop = { .sa_handler = on_stop_signal, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	(void)sigaction(SIGTERM, &stop, NULL);
	(void)sigaction(SIGINT, &stop, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
}

/* What would otherwise be found wrong only after a long import. */
static bool check_files(const struct options *options)
{
	const char *files[] = { options->tls_certificate_file, options->tls_key_file };
	for (size_t i = 0; i < 2; i++) {
		if (files[i] != NULL && access(files[i], R_OK) != 0) {
			fprintf(stderr, "roost: cannot read the %s %s: %m\n",
				i == 0 ? "certificate" : "key", files[i]);
			return false;
		}
	}
	for (size_t i = 0; i < options->import_count; i++) {
		enum import_kind kind;
		if (!import_look(options->imports[i].path, &kind)) {
			return false;
		}
	}
	return true;
}

static int make_server(const struct options *options, struct roost_backend *backend,
	struct roost_server **server_out)
{
	struct roost_limits limits;
	roost_limits_init(&limits);
	if (options->append_limit != 0) {
		limits.message = options->append_limit;
	}
	const struct roost_server_options server = {
		.size = sizeof(server),
		.backend = backend,
		.limits = &limits,
		.tls_certificate_file = options->tls_certificate_file,
		.tls_key_file = options->tls_key_file,
		.loops = options->loops,
		.workers = options->workers,
		.insecure_auth = options->insecure_auth,
		.literal_minus = options->literal_minus,
		.log = log_line,
	};
	int r = roost_server_create(&server, server_out);
	if (r == ROOST_ERR_INVALID) {
		fprintf(stderr,
			"roost: --tls-cert and --tls-key must be PEM files that belong together: "
			"%s\n",
			log_held_reason());
		return VERB_WRONG_USE;
	}
	if (r < 0) {
		fprintf(stderr, "roost: cannot start: %s\n", roost_error_text(r));
		return VERB_TROUBLE;
	}
	return VERB_GOOD;
}

static int listen_on(struct roost_server *server, const struct options_listen *listener)
{
	const char *address = listener->address;
	int r = roost_server_listen(server, address, listener->tls ? ROOST_LISTEN_TLS : 0);
	switch (r) {
	case 0:
		return VERB_GOOD;
	case ROOST_ERR_INVALID:
		fprintf(stderr,
			"roost: cannot listen on %s: it is given as ADDR:PORT, for example "
			"127.0.0.1:1143 or [::1]:1143\n",
			address);
		return VERB_WRONG_USE;
	case ROOST_ERR_IN_USE:
		fprintf(stderr,
			"roost: cannot listen on %s: another program does already; stop it, or "
			"choose another port\n",
			address);
		return VERB_TROUBLE;
	case ROOST_ERR_NO_PERMISSION:
		fprintf(stderr,
			"roost: cannot listen on %s: ports below 1024 need more rights; choose a "
			"higher one\n",
			address);
		return VERB_TROUBLE;
	default:
		fprintf(stderr, "roost: cannot listen on %s: %s\n", address, roost_error_text(r));
		return VERB_TROUBLE;
	}
}

static int listen_on_all(struct roost_server *server, const struct options *options)
{
	int status = VERB_GOOD;
	for (size_t i = 0; status == VERB_GOOD && i < options->listen_count; i++) {
		status = listen_on(server, &options->listens[i]);
	}
	return status;
}

/* Scripts wait for these lines; with port 0 they tell the port that was found. */
static void tell_ready(const struct roost_server *server, const struct options *options)
{
	for (size_t i = 0; i < options->listen_count; i++) {
		const struct options_listen *listener = &options->listens[i];
		const char *colon = strrchr(listener->address, ':');
		int host = colon != NULL ? (int)(colon - listener->address)
					 : (int)strlen(listener->address);
		printf("roost: ready on %.*s:%u (%s)\n", host, listener->address,
			(unsigned)roost_server_port(server, i), listener->tls ? "imaps" : "imap");
	}
	(void)fflush(stdout);
}

static int import_all(const struct options *options, struct roost_backend *backend)
{
	bool good = true;
	for (size_t i = 0; good && i < options->import_count && !stopping; i++) {
		const struct options_import *wanted = &options->imports[i];
		const struct account *account =
			accounts_find(&options->accounts, wanted->user, strlen(wanted->user));
		struct import *import = NULL;
		good = import_begin(&import, backend, account, &stopping) &&
		       import_run(import, wanted->mailbox, wanted->path);
		import_end(import);
	}
	return good ? VERB_GOOD : VERB_TROUBLE;
}

static int run(struct roost_server *server, const struct options *options)
{
	tell_ready(server, options);
	int r = roost_server_run(server);
	if (r < 0) {
		fprintf(stderr, "roost: cannot serve: %s\n", roost_error_text(r));
		return VERB_TROUBLE;
	}
	return VERB_GOOD;
}

static int serve(struct options *options)
{
	struct roost_backend *backend = NULL;
	struct roost_server *server = NULL;
	log_set_level(options->log_level);
	if (!check_files(options)) {
		return VERB_WRONG_USE;
	}
	handle_signals();
	log_hold_errors(true);
	int status = store_create(options, &backend) ? VERB_GOOD : VERB_TROUBLE;
	if (status == VERB_GOOD) {
		status = make_server(options, backend, &server);
	}
	/* The ports first: that one is taken should not come to light after a long import. */
	if (status == VERB_GOOD) {
		status = listen_on_all(server, options);
	}
	log_hold_errors(false);
	if (status == VERB_GOOD && options->accounts.count == 0) {
		fputs("roost: nobody can sign in: there is no --user and no --user-file\n", stderr);
	}
	if (status == VERB_GOOD) {
		status = import_all(options, backend);
	}
	if (options->memory) {
		accounts_clear(&options->accounts); /* the backend has copies */
	}
	running = server;
	if (status == VERB_GOOD && !stopping) {
		status = run(server, options);
	}
	running = NULL;
	roost_server_destroy(server);
	roost_backend_destroy(backend);
	return status;
}

static int run_serve(int argc, char **argv)
{
	struct options options;
	int status = VERB_WRONG_USE;
	if (options_parse(&options, argc, argv)) {
		status = options.help ? verb_say(help) : serve(&options);
	}
	options_clear(&options);
	return status;
}

const struct verb serve_verb = {
	.name = "serve",
	.usage = "serve --data DIR [OPTION]...",
	.summary = "serve mail",
	.run = run_serve,
};
