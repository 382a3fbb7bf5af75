/* purge.c - the end of a user's mail. */
#include "purge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include <roost/call.h>
#include <roost/error.h>
#include <roost/local.h>

#include "common/verb.h"
#include "store/mail_store.h"

static bool is_there(const char *data, const char *name)
{
	char *folder = NULL;
	bool there = roost_local_user_folder(data, name, &folder) == 0 && access(folder, F_OK) == 0;
	free(folder);
	return there;
}

static int tell(int error, const struct roost_call *call, const char *name)
{
	const char *text = roost_call_text(call);
	if (error == ROOST_ERR_IN_USE) {
		(void)verb_refuse("%s is signed in: the account is gone, and the mail goes when "
				  "this is run again later",
			name);
	} else if (error < 0) {
		(void)verb_refuse("cannot remove the mail of %s: %s", name,
			text == NULL ? roost_error_text(error) : text);
	}
	return error < 0 ? VERB_TROUBLE : VERB_GOOD;
}

int purge_user(const char *data, const char *name)
{
	struct roost_backend *backend = NULL;
	struct roost_call *call = NULL;
	int status = VERB_TROUBLE;
	if (!is_there(data, name)) {
		(void)verb_refuse("there is no user %s in %s", name, data);
		return VERB_TROUBLE;
	}
	if (!mail_store_open(data, &backend)) {
		return VERB_TROUBLE;
	}
	if (roost_call_create(&call, 0) == 0) {
		status = tell(roost_local_remove_user(backend, call, name), call, name);
	} else {
		(void)verb_refuse("out of memory");
	}
	roost_call_destroy(call);
	roost_backend_destroy(backend);
	return status;
}
