/* store.c - the backend that `roost serve` serves. */
#include "store.h"

#include <stdio.h>
#include <string.h>

#include <roost/call.h>
#include <roost/error.h>
#include <roost/local.h>
#include <roost/memory.h>

#include "common/log.h"
#include "sqlite_memory.h"
#include "store/mail_store.h"

static int verify(void *context, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out)
{
	return verifier_check(context, call, credentials, user_name_out);
}

static int create_verifier(const struct options *options, struct verifier **verifier_out)
{
	const struct settings *settings = &options->settings;
	const struct verifier_options verifier = {
		.data = settings->data,
		.accounts = &options->accounts,
		.pam = settings->accounts == ACCOUNTS_PAM,
		.pam_folder = settings->pam_folder,
		.cache_seconds = (unsigned)((settings->sign_in_cache + 999) / 1000),
		.guesses = {
			.window = GUESS_WINDOW,
			.longest_delay = (unsigned)settings->failure_delay,
			.per_address = (unsigned)settings->failures_per_address,
			.per_user = (unsigned)settings->failures_per_user,
			.lockout = (unsigned)((settings->lockout + 999) / 1000),
			.spare_loopback = settings->spare_loopback,
		},
	};
	return verifier_create(&verifier, verifier_out);
}

/* The log of the store has a context of its own, which log_line() does not need. */
static int create_local(const struct options *options, struct verifier *verifier,
	struct roost_backend **backend_out)
{
	const struct roost_local_options local = {
		.size = sizeof(local),
		.folder = options->settings.data,
		.append_limit = options->settings.append_limit,
		.quota = options->settings.quota,
		.verify = verify,
		.log = log_line,
		.context = verifier,
		.no_text_index = options->settings.no_text_index,
		.background_delay = (unsigned)options->settings.background_delay,
		.pack_octets = options->settings.pack_size,
	};
	sqlite_memory_part();
	return roost_local_create(&local, backend_out);
}

static int create_memory(const struct options *options, struct roost_backend **backend_out)
{
	const struct roost_memory_options memory = {
		.size = sizeof(memory),
		.append_limit = options->settings.append_limit,
	};
	struct roost_backend *backend = NULL;
	int r = roost_memory_create(&memory, &backend);
	for (size_t i = 0; r == 0 && i < options->accounts.count; i++) {
		const struct account *account = &options->accounts.list[i];
		r = roost_memory_add_user(backend, account->name, account->password);
	}
	if (r < 0) {
		roost_backend_destroy(backend);
		return r;
	}
	*backend_out = backend;
	return 0;
}

bool store_create(const struct options *options, struct verifier **verifier_out,
	struct roost_backend **backend_out)
{
	struct verifier *verifier = NULL;
	if (options->settings.data == NULL) {
		int r = create_memory(options, backend_out);
		if (r < 0) {
			fprintf(stderr, "roost: cannot make the store: %s\n", roost_error_text(r));
		}
		return r == 0;
	}
	int r = create_verifier(options, &verifier);
	if (r == 0) {
		r = create_local(options, verifier, backend_out);
	}
	if (r < 0) {
		mail_store_tell_failure(options->settings.data, r);
		verifier_destroy(verifier);
		return false;
	}
	*verifier_out = verifier;
	return true;
}
