/* reload.c - SIGHUP: the configuration is read again while sessions go on. */
#include "reload.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <roost/error.h>

#include "common/log.h"
#include "config/value.h"
#include "service.h"

struct reload {
	struct roost_server *server;
	const struct options *options; /* that the program began with */
	pthread_t thread;
	atomic_bool ending;
};

/* Of the program: sessions ask from many threads. */
static pthread_mutex_t traced_lock = PTHREAD_MUTEX_INITIALIZER;
static struct words traced;

bool reload_traces(void *context, const char *user)
{
	(void)context;
	pthread_mutex_lock(&traced_lock);
	bool wanted = words_contain(&traced, user);
	pthread_mutex_unlock(&traced_lock);
	return wanted;
}

void reload_set_traced(const struct words *users)
{
	pthread_mutex_lock(&traced_lock);
	words_clear(&traced);
	for (size_t i = 0; i < users->count; i++) {
		if (!words_add(&traced, users->list[i], strlen(users->list[i]))) {
			log_fields(ROOST_LOG_ERROR, "out-of-memory", NULL);
		}
	}
	pthread_mutex_unlock(&traced_lock);
}

void reload_fill(const struct settings *settings, struct roost_limits *limits,
	struct roost_server_options *options)
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
	limits->messages = (unsigned)settings->message_limit;
	limits->saved_messages = (unsigned)settings->save_limit;
	limits->contexts = (unsigned)settings->contexts;
	limits->context_entries = (size_t)settings->context_entries;
	limits->idle_seconds = (unsigned)(settings->idle_timeout / 1000);
	limits->sign_in_seconds = (unsigned)(settings->sign_in_timeout / 1000);
	limits->connections = (unsigned)settings->connections;
	limits->connections_per_address = (unsigned)settings->connections_per_address;
	options->limits = limits;
	options->tls_certificate_file = settings->tls_cert;
	options->tls_key_file = settings->tls_key;
	options->slow_milliseconds = (unsigned)settings->slow_command;
}

static void fail(const char *reason)
{
	log_fields(ROOST_LOG_ERROR, "reload-failed", "reason", reason, "hint",
		"all stays as it was", NULL);
}

/* A config_file_complain. */
static void complain(void *context, const char *text)
{
	(void)context;
	fail(text);
}

/* The program may have had more rights when it began. */
static bool can_read(const char *path, const char *what)
{
	char reason[512];
	if (path == NULL || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0) {
		return true;
	}
	int error = errno;
	(void)snprintf(reason, sizeof(reason),
		"cannot read the %s %.300s: %s; the user with the number %u, as whom roost runs, "
		"must be able to",
		what, path, strerror(error), (unsigned)geteuid());
	fail(reason);
	return false;
}

static void tell_what_stays(const struct settings *before, const struct settings *now)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		if (setting->section != NULL && !setting->reload &&
			!value_equal(setting, settings_value_of(before, setting),
				settings_value_of(now, setting))) {
			log_fields(ROOST_LOG_WARNING, "restart-needed", "key", setting->key, NULL);
		}
	}
}

static void apply(const struct reload *reload, const struct settings *settings)
{
	const struct settings *before = &reload->options->settings;
	struct roost_limits limits;
	struct roost_server_options server = { .size = sizeof(server) };
	reload_fill(settings, &limits, &server);
	limits.message = before->append_limit; /* the store has it too */
	if (!can_read(settings->tls_cert, "certificate") || !can_read(settings->tls_key, "key")) {
		return;
	}
	if (roost_server_reload(reload->server, &server) < 0) {
		fail("tls-cert and tls-key must be PEM files that belong together");
		return;
	}
	if (settings->tls_cert == NULL && before->tls_cert != NULL) {
		log_fields(ROOST_LOG_WARNING, "restart-needed", "key", "tls-cert", NULL);
	}
	log_set_level((enum roost_log_level)settings->log_level);
	reload_set_traced(&settings->trace_users);
	tell_what_stays(before, settings);
	log_fields(ROOST_LOG_INFO, "reloaded", "config",
		reload->options->config != NULL ? reload->options->config : "", NULL);
}

static void reload_now(const struct reload *reload)
{
	struct options fresh;
	service_notify_reloading();
	if (options_read_again(&fresh, reload->options, complain, NULL)) {
		apply(reload, &fresh.settings);
	}
	options_clear(&fresh);
	service_notify("READY=1");
}

static void *run(void *context)
{
	const struct reload *reload = context;
	sigset_t hangup;
	int number = 0;
	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	while (sigwait(&hangup, &number) == 0 && !atomic_load(&reload->ending)) {
		reload_now(reload);
	}
	return NULL;
}

void reload_hold(void)
{
	sigset_t hangup;
	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, &hangup, NULL);
}

struct reload *reload_begin(struct roost_server *server, const struct options *options)
{
	struct reload *reload = calloc(1, sizeof(*reload));
	sigset_t all;
	sigset_t before;
	if (reload == NULL) {
		return NULL;
	}
	reload->server = server;
	reload->options = options;
	atomic_init(&reload->ending, false);
	/* Other signals are for the first thread. */
	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int r = pthread_create(&reload->thread, NULL, run, reload);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r != 0) {
		free(reload);
		return NULL;
	}
	return reload;
}

void reload_end(struct reload *reload)
{
	if (reload != NULL) {
		atomic_store(&reload->ending, true);
		(void)pthread_kill(reload->thread, SIGHUP);
		(void)pthread_join(reload->thread, NULL);
		free(reload);
	}
	reload_set_traced(&(struct words) { 0 });
}
