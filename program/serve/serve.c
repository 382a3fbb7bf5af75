/* serve.c - `roost serve`. */
#include <malloc.h>
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
#include "ports.h"
#include "privileges.h"
#include "reload.h"
#include "service.h"
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

static int make_server(const struct options *options, struct roost_backend *backend,
	struct roost_server **server_out)
{
	const struct settings *settings = &options->settings;
	struct roost_limits limits;
	struct roost_server_options server = {
		.size = sizeof(server),
		.backend = backend,
		.loops = (unsigned)settings->loops,
		.workers = (unsigned)settings->workers,
		.insecure_auth = settings->insecure_auth,
		.literal_minus = settings->literal_minus,
		.no_unauthenticate = settings->no_unauthenticate,
		.log = log_line,
		.traces = reload_traces,
	};
	reload_fill(settings, &limits, &server);
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

/* What takes mail over LMTP; none when nothing asks for it. */
static int make_lmtp(const struct settings *settings, const struct service_sockets *sockets,
	struct roost_backend *backend, struct lmtp_server **lmtp_out)
{
	const struct lmtp_server_options lmtp = {
		.backend = backend,
		.message_octets = settings->append_limit,
		.spool_memory = (size_t)settings->spool_memory,
		.insecure = settings->lmtp_insecure,
	};
	if (!ports_want_lmtp(settings, sockets)) {
		return VERB_GOOD;
	}
	int r = lmtp_server_create(&lmtp, lmtp_out);
	if (r < 0) {
		fprintf(stderr, "roost: cannot start: %s\n", roost_error_text(r));
		return VERB_TROUBLE;
	}
	return VERB_GOOD;
}

/* What `roost serve` is made of, in the order in which it is made. */
struct house {
	const struct options *options;
	struct service_sockets sockets;
	struct privileges privileges;
	struct verifier *verifier;
	struct roost_backend *backend;
	struct roost_server *server;
	struct lmtp_server *lmtp;
	struct reload *reload;
};

/* The store belongs to the user whom the program becomes; certificates and ports are for root, perhaps. Those before a
 * long import: that a port is taken should not come to light after it. */
static int open_house(struct house *house)
{
	const struct options *options = house->options;
	const struct settings *settings = &options->settings;
	if (!privileges_borrow(&house->privileges)) {
		return VERB_TROUBLE;
	}
	int status =
		store_create(options, &house->verifier, &house->backend) ? VERB_GOOD : VERB_TROUBLE;
	if (!privileges_return(&house->privileges)) {
		return VERB_TROUBLE;
	}
	if (status == VERB_GOOD) {
		status = make_server(options, house->backend, &house->server);
	}
	if (status == VERB_GOOD) {
		status = make_lmtp(settings, &house->sockets, house->backend, &house->lmtp);
	}
	if (status == VERB_GOOD) {
		status = ports_open(house->server, house->lmtp, settings, &house->sockets);
	}
	if (status == VERB_GOOD && !privileges_drop(&house->privileges)) {
		status = VERB_TROUBLE;
	}
	return status;
}

static void close_house(struct house *house)
{
	reload_end(house->reload);
	/* Before the server, whose sessions it tells of new mail. */
	lmtp_server_destroy(house->lmtp);
	roost_server_destroy(house->server);
	roost_backend_destroy(house->backend);
	verifier_destroy(house->verifier);
}

static int run(struct house *house)
{
	reload_set_traced(&house->options->settings.trace_users);
	house->reload = reload_begin(house->server, house->options);
	int r = house->reload != NULL ? 0 : ROOST_ERR_NO_MEMORY;
	if (r == 0) {
		ports_tell_ready(house->server, &house->options->settings, &house->sockets);
		r = house->lmtp != NULL ? lmtp_server_start(house->lmtp) : 0;
	}
	if (r == 0) {
		service_notify("READY=1");
		r = roost_server_run(house->server);
		service_notify("STOPPING=1");
	}
	if (r < 0) {
		fprintf(stderr, "roost: cannot serve: %s\n", roost_error_text(r));
		return VERB_TROUBLE;
	}
	return VERB_GOOD;
}

/* Who finds a hole in a program that is root has the machine. */
static void tell_root(void)
{
	if (geteuid() == 0) {
		log_fields(ROOST_LOG_WARNING, "running-as-root", "hint",
			"set user = NAME in the section [process], whom roost becomes once it "
			"listens",
			NULL);
	}
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

/* The system's malloc() has up to eight heaps for each processor, in each of which something of the past stays: with the
 * threads that serve commands, that was an eighth of what idle connections take. */
static void share_heaps(void)
{
#ifdef M_ARENA_MAX
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	(void)mallopt(M_ARENA_MAX, processors < 1 ? 2 : (int)processors * 2);
#endif
}

static int serve(struct options *options)
{
	const struct settings *settings = &options->settings;
	struct house house = { .options = options };
	share_heaps();
	log_set_level((enum roost_log_level)settings->log_level);
	log_look_for_journal();
	if (!check_files(options) || !service_take_sockets(&house.sockets) ||
		!privileges_find(&house.privileges, settings->user, settings->group)) {
		return VERB_WRONG_USE;
	}
	handle_signals();
	reload_hold();
	log_hold_errors(true);
	int status = open_house(&house);
	log_hold_errors(false);
	if (status == VERB_GOOD) {
		tell_root();
		tell_lonely(options);
		status = import_all(options, house.backend);
	}
	if (settings->memory) {
		accounts_clear(&options->accounts); /* the backend has copies */
	}
	running = house.server;
	if (status == VERB_GOOD && !stopping) {
		status = run(&house);
	}
	running = NULL;
	close_house(&house);
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
