/* serve.c - `roost serve`. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>
#include <roost/limits.h>
#include <roost/server.h>

#include "accounts/user_list.h"
#include "common/log.h"
#include "common/verb.h"
#include "lmtp/lmtp_server.h"
#include "options.h"
#include "store.h"
#include "transfer/deposit.h"
#include "transfer/source.h"

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
	const char *files[] = { options->settings.tls_cert, options->settings.tls_key };
	for (size_t i = 0; i < 2; i++) {
		if (files[i] != NULL && access(files[i], R_OK) != 0) {
			fprintf(stderr, "roost: cannot read the %s %s: %m\n",
				i == 0 ? "certificate" : "key", files[i]);
			return false;
		}
	}
	for (size_t i = 0; i < options->import_count; i++) {
		struct source source;
		if (!source_look(options->imports[i].path, SOURCE_AUTO, &source)) {
			return false;
		}
		source_clear(&source);
	}
	return true;
}

static void fill_limits(const struct settings *settings, struct roost_limits *limits)
{
	roost_limits_init(limits);
	limits->message = settings->append_limit;
	limits->line = settings->line_limit;
	limits->literal = settings->literal_limit;
	limits->spool_memory = settings->spool_memory;
	limits->output = settings->output_buffer;
	limits->command_memory = settings->command_memory;
	limits->bad_commands = (unsigned)settings->bad_commands;
	limits->sign_in_tries = (unsigned)settings->sign_in_tries;
	limits->idle_seconds = (unsigned)(settings->idle_timeout / 1000);
	limits->sign_in_seconds = (unsigned)(settings->sign_in_timeout / 1000);
	limits->connections = (unsigned)settings->connections;
	limits->connections_per_address = (unsigned)settings->connections_per_address;
}

static int make_server(const struct options *options, struct roost_backend *backend,
	struct roost_server **server_out)
{
	const struct settings *settings = &options->settings;
	struct roost_limits limits;
	fill_limits(settings, &limits);
	const struct roost_server_options server = {
		.size = sizeof(server),
		.backend = backend,
		.limits = &limits,
		.tls_certificate_file = settings->tls_cert,
		.tls_key_file = settings->tls_key,
		.loops = (unsigned)settings->loops,
		.workers = (unsigned)settings->workers,
		.insecure_auth = settings->insecure_auth,
		.literal_minus = settings->literal_minus,
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

static int listen_on(struct roost_server *server, const char *address, unsigned flags)
{
	int r = roost_server_listen(server, address, flags);
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

static int listen_on_all(struct roost_server *server, const struct settings *settings)
{
	int status = VERB_GOOD;
	for (size_t i = 0; status == VERB_GOOD && i < settings->listen.count; i++) {
		status = listen_on(server, settings->listen.list[i], 0);
	}
	for (size_t i = 0; status == VERB_GOOD && i < settings->tls_listen.count; i++) {
		status = listen_on(server, settings->tls_listen.list[i], ROOST_LISTEN_TLS);
	}
	return status;
}

static void tell_ready_on(
	const struct roost_server *server, size_t index, const char *address, const char *kind)
{
	const char *colon = strrchr(address, ':');
	int host = colon != NULL ? (int)(colon - address) : (int)strlen(address);
	printf("roost: ready on %.*s:%u (%s)\n", host, address,
		(unsigned)roost_server_port(server, index), kind);
}

/* Scripts wait for these lines; with port 0 they tell the port that was found. */
static void tell_ready(const struct roost_server *server, const struct settings *settings)
{
	size_t index = 0;
	for (size_t i = 0; i < settings->listen.count; i++) {
		tell_ready_on(server, index++, settings->listen.list[i], "imap");
	}
	for (size_t i = 0; i < settings->tls_listen.count; i++) {
		tell_ready_on(server, index++, settings->tls_listen.list[i], "imaps");
	}
	(void)fflush(stdout);
}

/* What cannot be read is told, and the rest goes in; false when the import had to end. */
static bool import_one(const struct options *options, const struct options_import *wanted,
	struct roost_backend *backend)
{
	struct source source;
	struct deposit *deposit = NULL;
	struct deposit_sum sum = { .broken = true };
	char *title = NULL;
	if (asprintf(&title, "%s/%s", wanted->user, wanted->mailbox) < 0) {
		return false;
	}
	const struct deposit_options deposit_options = {
		.user = wanted->user,
		.data = options->settings.memory ? NULL : options->settings.data,
		.title = title,
		.stop = &stopping,
	};
	if (source_look(wanted->path, SOURCE_AUTO, &source)) {
		source.mailbox = wanted->mailbox;
		if (deposit_begin(&deposit, backend, &deposit_options)) {
			source_read(&source, deposit);
			deposit_end(deposit, &sum);
		}
		source_clear(&source);
	}
	free(title);
	return !sum.broken;
}

static int import_all(const struct options *options, struct roost_backend *backend)
{
	bool good = true;
	for (size_t i = 0; good && i < options->import_count && !stopping; i++) {
		good = import_one(options, &options->imports[i], backend);
	}
	return good ? VERB_GOOD : VERB_TROUBLE;
}

/* Take mail over LMTP where the settings say. No server when they do not. */
static int make_lmtp(const struct settings *settings, struct roost_backend *backend,
	struct lmtp_server **lmtp_out)
{
	const struct lmtp_server_options lmtp = {
		.backend = backend,
		.message_octets = settings->append_limit,
		.spool_memory = (size_t)settings->spool_memory,
		.insecure = settings->lmtp_insecure,
	};
	if (settings->lmtp_listen.count == 0) {
		return VERB_GOOD;
	}
	int r = lmtp_server_create(&lmtp, lmtp_out);
	if (r < 0) {
		fprintf(stderr, "roost: cannot start: %s\n", roost_error_text(r));
		return VERB_TROUBLE;
	}
	int status = VERB_GOOD;
	for (size_t i = 0; status == VERB_GOOD && i < settings->lmtp_listen.count; i++) {
		status = lmtp_server_listen(*lmtp_out, settings->lmtp_listen.list[i]);
	}
	return status;
}

static int run(struct roost_server *server, struct lmtp_server *lmtp, const struct options *options)
{
	tell_ready(server, &options->settings);
	int r = lmtp != NULL ? lmtp_server_start(lmtp) : 0;
	if (r == 0) {
		r = roost_server_run(server);
	}
	if (r < 0) {
		fprintf(stderr, "roost: cannot serve: %s\n", roost_error_text(r));
		return VERB_TROUBLE;
	}
	return VERB_GOOD;
}

/* A server without users is right only where some are to come. */
static void tell_lonely(const struct options *options)
{
	const struct settings *settings = &options->settings;
	if (options->accounts.count > 0) {
		return;
	}
	if (settings->memory) {
		fputs("roost: nobody can sign in: there is no --user and no --user-file\n", stderr);
	} else if (settings->accounts == ACCOUNTS_FILES && !user_list_is_any(settings->data)) {
		fprintf(stderr, "roost: nobody can sign in yet: roost user add NAME --data %s\n",
			settings->data);
	}
}

static int serve(struct options *options)
{
	struct roost_backend *backend = NULL;
	struct roost_server *server = NULL;
	struct lmtp_server *lmtp = NULL;
	struct verifier *verifier = NULL;
	log_set_level((enum roost_log_level)options->settings.log_level);
	if (!check_files(options)) {
		return VERB_WRONG_USE;
	}
	handle_signals();
	log_hold_errors(true);
	int status = store_create(options, &verifier, &backend) ? VERB_GOOD : VERB_TROUBLE;
	if (status == VERB_GOOD) {
		status = make_server(options, backend, &server);
	}
	/* The ports first: that one is taken should not come to light after a long import. */
	if (status == VERB_GOOD) {
		status = listen_on_all(server, &options->settings);
	}
	if (status == VERB_GOOD) {
		status = make_lmtp(&options->settings, backend, &lmtp);
	}
	log_hold_errors(false);
	if (status == VERB_GOOD) {
		tell_lonely(options);
	}
	if (status == VERB_GOOD) {
		status = import_all(options, backend);
	}
	if (options->settings.memory) {
		accounts_clear(&options->accounts); /* the backend has copies */
	}
	running = server;
	if (status == VERB_GOOD && !stopping) {
		status = run(server, lmtp, options);
	}
	running = NULL;
	/* Before the server, whose sessions it tells of new mail. */
	lmtp_server_destroy(lmtp);
	roost_server_destroy(server);
	roost_backend_destroy(backend);
	verifier_destroy(verifier);
	return status;
}

static int run_serve(int argc, char **argv)
{
	struct options options;
	int status = VERB_WRONG_USE;
	if (options_parse(&options, argc, argv)) {
		if (options.help) {
			options_help();
		}
		status = options.help ? verb_say("") : serve(&options);
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
