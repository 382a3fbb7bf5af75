/* mail_store.c - the store on disk, for the verbs that work on it, and for deliveries. */
#include "mail_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <roost/call.h>
#include <roost/error.h>
#include <roost/local.h>

#include "common/log.h"

/* Who runs a verb on the store may read its files anyway. */
static int trust(void *context, struct roost_call *call,
	const struct roost_credentials *credentials, char **user_name_out)
{
	(void)context;
	if (credentials->kind != ROOST_CREDENTIALS_VERIFIED) {
		return roost_call_fail(call, ROOST_ERR_INVALID_CREDENTIALS, "Nobody signs in here");
	}
	*user_name_out = strdup(credentials->username);
	return *user_name_out == NULL ? ROOST_ERR_NO_MEMORY : 0;
}

bool mail_store_open(const char *data, struct roost_backend **backend_out)
{
	const struct roost_local_options options = {
		.size = sizeof(options),
		.folder = data,
		.verify = trust,
		.log = log_line,
	};
	log_hold_errors(true);
	int r = roost_local_create(&options, backend_out);
	if (r < 0) {
		mail_store_tell_failure(data, r);
	}
	log_hold_errors(false);
	return r == 0;
}

void mail_store_tell_failure(const char *data, int error)
{
	const char *reason = log_held_reason();
	reason = reason[0] != '\0' ? reason : roost_error_text(error);
	reason += reason[0] == '"'; /* it stands between quotes */
	fprintf(stderr, "roost: cannot open the store in %s: %.*s\n", data,
		(int)strcspn(reason, "\""), reason);
}

int mail_store_sign_in(struct roost_backend *backend, struct roost_call *call, const char *name,
	struct roost_user **user_out)
{
	const struct roost_conn_info connection = {
		.size = sizeof(connection),
		.remote_address = "",
		.local_address = "",
	};
	const struct roost_credentials credentials = {
		.size = sizeof(credentials),
		.kind = ROOST_CREDENTIALS_VERIFIED,
		.username = name,
		.mechanism = "",
		.connection = &connection,
	};
	return backend->ops->login(backend, call, &credentials, user_out);
}

void mail_store_sign_out(struct roost_user *user)
{
	if (user != NULL && ROOST_HAS_OP(user->ops, logout)) {
		user->ops->logout(user);
	}
}

bool mail_store_find_file(const char *data, const char *user, const char *name, char **path_out)
{
	char *folder = NULL;
	int r = roost_local_user_folder(data, user, &folder);
	if (r == 0 && asprintf(path_out, "%s/%s", folder, name) < 0) {
		r = ROOST_ERR_NO_MEMORY;
	}
	free(folder);
	if (r < 0) {
		fprintf(stderr, "roost: cannot find the folder of %s in %s: %s\n", user, data,
			roost_error_text(r));
	}
	return r == 0;
}
