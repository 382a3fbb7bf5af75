/* store.c - the backend that `roost serve` serves. */
#include "store.h"

#include <stdio.h>
#include <string.h>

#include <roost/call.h>
#include <roost/error.h>
#include <roost/local.h>
#include <roost/memory.h>

#include "common/log.h"
#include "store/mail_store.h"

/* Takes as long as what was given is, whatever the password: so nobody can guess it by the clock,
 * nor whether there is one. */
static bool is_password(const struct account *account, const char *secret, size_t size)
{
	const char *password = account == NULL ? "" : account->password;
	size_t n = strlen(password);
	volatile unsigned char difference = account == NULL || n != size;
	for (size_t i = 0, k = 0; i < size; i++) {
		difference = (unsigned char)(difference | (secret[i] ^ password[k]));
		k = k < n ? k + 1 : 0;
	}
	return difference == 0;
}

static int verify(void *context, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out)
{
	const struct options *options = context;
	const char *name = credentials->username;
	const struct account *account = accounts_find(&options->accounts, name, strlen(name));
	bool proved = false;
	switch (credentials->kind) {
	case ROOST_CREDENTIALS_PASSWORD:
		proved = credentials->secret != NULL &&
			 is_password(account, credentials->secret, credentials->secret_size);
		break;
	case ROOST_CREDENTIALS_VERIFIED:
		proved = account != NULL;
		break;
	case ROOST_CREDENTIALS_TOKEN:
	case ROOST_CREDENTIALS_CERTIFICATE:
		break;
	}
	if (!proved) {
		return roost_call_fail(call, ROOST_ERR_INVALID_CREDENTIALS,
			"There is no such user with this password");
	}
	const char *other = credentials->authzid;
	if (other != NULL && other[0] != '\0' && strcmp(other, account->name) != 0) {
		return roost_call_failf(call, ROOST_ERR_AUTHORIZATION_FAILED,
			"%s may not open the mail of %s", account->name, other);
	}
	*user_name_out = strdup(account->name);
	return *user_name_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

/* The log of the store has a context of its own, which log_line() does not need. */
static int create_local(const struct options *options, struct roost_backend **backend_out)
{
	const struct roost_local_options local = {
		.size = sizeof(local),
		.folder = options->settings.data,
		.append_limit = options->settings.append_limit,
		.quota = options->settings.quota,
		.verify = verify,
		.log = log_line,
		.context = (void *)options,
	};
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

bool store_create(const struct options *options, struct roost_backend **backend_out)
{
	if (options->settings.data == NULL) {
		int r = create_memory(options, backend_out);
		if (r < 0) {
			fprintf(stderr, "roost: cannot make the store: %s\n", roost_error_text(r));
		}
		return r == 0;
	}
	int r = create_local(options, backend_out);
	if (r < 0) {
		mail_store_tell_failure(options->settings.data, r);
	}
	return r == 0;
}
